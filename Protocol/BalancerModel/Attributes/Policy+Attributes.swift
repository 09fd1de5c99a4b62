// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

extension Policy {
    /// Every attribute of a policy, in canonical order.
    public static let attributes: [Attribute<Policy>] = [
        .identifier("name", .name, "Name of the policy, unique among policies.") { $0.name.text },
        .value("family", \.family, .word, "Family of its elements."),
        .value("type", \.type, .word, "Whether its elements are refused or let in."),
        .value("route", \.route, .word, "Whether it looks at the source or the destination."),
        .value("timeout", \.timeout, .number, "Seconds that an element stays; 0: for ever."),
        .value("log-prefix", \.logPrefix, .logPrefix, "Text in front of its log lines."),
        .elements("elements", "The addresses, prefixes and ranges."),
        .checked("used", .number, Count.none, "How many farms and addresses use the policy.", .readOnly),
        .checked("action", .word, FarmAction.none, "An order of the C program to itself.", .order("change the policy")),
    ]

    static let table = AttributeTable(attributes)
}

extension Policy: ModelObject {
    static var kind: ObjectKind { .policy }
    var identifier: Name { name }

    init(identifier: Name) {
        self.init(name: identifier)
    }

    mutating func finish(_ json: JSONObject) throws(Failure) {
        guard let stranger = elements.stranger(to: family) else { return }
        throw Failure(.invalid, at: ["elements", stranger.description], "the policy's family is \(family.rawValue)")
    }
}

extension PolicyElement {
    /// Every attribute of an element, in canonical order.
    public static let attributes: [Attribute<PolicyElement>] = [
        .identifier("data", .addressRange, "An address, a prefix or a range a-b.") { $0.data.description },
        .value("time", \.time, .number, "Seconds that the element stays; 0: as the policy says."),
        .checked("counter-packets", .number, Count.none, "Packets that it took.", .readOnly),
        .checked("counter-bytes", .number, Count.none, "Bytes that it took.", .readOnly),
    ]

    static let table = AttributeTable(attributes)
}

extension PolicyElement: ModelObject {
    static var kind: ObjectKind { .element }
    static var identifierKey: String { "data" }
    static func identifier(_ text: String) throws(InvalidValue) -> AddressRange { try AddressRange(text) }
    static var sample: PolicyElement { PolicyElement(data: .address(.v4(0))) }
    var identifier: AddressRange { data }

    init(identifier: AddressRange) {
        self.init(data: identifier)
    }
}

/// The mention of a policy in a farm or an address.
public struct PolicyReference: Sendable, Hashable {
    /// The policy's name.
    public var name: Name

    /// Every attribute of a mention.
    public static let attributes: [Attribute<PolicyReference>] = [
        .identifier("name", .name, "Name of the policy.") { $0.name.text }
    ]

    static let table = AttributeTable(attributes)
}

extension PolicyReference: ModelObject {
    static var kind: ObjectKind { .policyReference }
    var identifier: Name { name }

    init(identifier: Name) {
        self.init(name: identifier)
    }
}
