// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What values an attribute takes, for decoding, schemas, help and completion.
public enum AttributeType: Sendable, Hashable {
    /// A whole number in a range.
    case number(ClosedRange<Int64>)
    /// A port, or `null` for none.
    case port
    /// `true` or `false`.
    case boolean
    /// The name of an object.
    case name
    /// An IPv4 or IPv6 address; the empty string is none.
    case address
    /// A rate such as `5/second`.
    case rate
    /// A text in front of log lines.
    case logPrefix
    /// A hardware address; the empty string is none.
    case hardwareAddress
    /// The name of a network interface; the empty string is none.
    case interface
    /// Any text; the empty string is none.
    case text
    /// The client of a session.
    case sessionKey
    /// An address, a prefix or a range of addresses.
    case addressRange
    /// One word of a closed list.
    case word([Choice])
    /// An array of words of a closed list.
    case words([Choice])
    /// An array of ports and ranges, `[80, "8080-8090"]`; the empty array is all ports.
    case ports
    /// An array of objects.
    case objects(ObjectKind)
}

/// The kinds of objects that a configuration is made of.
public enum ObjectKind: String, Sendable, Hashable, CaseIterable {
    case farm
    /// An address of a farm.
    case farmAddress
    case backend
    case session
    /// A farm's or an address's mention of a policy.
    case policyReference
    case policy
    /// An element of a policy.
    case element
    /// An address outside of farms.
    case address
    case cluster
    /// A balancer of a cluster.
    case clusterNode
    /// An address that the nodes of a cluster share.
    case sharedAddress

    /// Everything about the attributes of these objects, in canonical order.
    public var attributes: [AttributeDescription] {
        switch self {
        case .farm: Farm.attributes.map(\.description)
        case .farmAddress: FarmAddress.attributes.map(\.description)
        case .backend: Backend.attributes.map(\.description)
        case .session: Session.attributes.map(\.description)
        case .policyReference: PolicyReference.attributes.map(\.description)
        case .policy: Policy.attributes.map(\.description)
        case .element: PolicyElement.attributes.map(\.description)
        case .address: Address.attributes.map(\.description)
        case .cluster: Cluster.attributes.map(\.description)
        case .clusterNode: ClusterNode.attributes.map(\.description)
        case .sharedAddress: SharedAddress.attributes.map(\.description)
        }
    }
}

extension AttributeType {
    /// What such a value is, in a few words for help texts.
    public var summary: String {
        switch self {
        case .number(let range): "number \(range.lowerBound)…\(range.upperBound)"
        case .port: "port"
        case .boolean: "true or false"
        case .name: "name"
        case .address: "address"
        case .rate: "rate, 5/second"
        case .logPrefix, .text: "text"
        case .hardwareAddress: "hardware address"
        case .interface: "interface"
        case .sessionKey: "client"
        case .addressRange: "address, prefix or range"
        case .word(let choices): choices.map(\.word).joined(separator: " | ")
        case .words(let choices): "any of " + choices.map(\.word).joined(separator: ", ")
        case .ports: "ports and ranges, 80,8080-8090"
        case .objects(let kind): "list of \(kind.rawValue) objects"
        }
    }

    /// The words that complete a value; empty where any value may stand.
    public var completions: [String] {
        switch self {
        case .boolean: ["true", "false"]
        case .word(let choices), .words(let choices): choices.map(\.word)
        default: []
        }
    }
}
