// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

extension FarmAddress {
    /// Every attribute of a farm's address, in canonical order.
    public static let attributes: [Attribute<FarmAddress>] = [
        .identifier("name", .name, "Name of the address, unique in its farm.") { $0.name.text },
        .value("family", \.family, .word, "Family of the address; without it that of ip-addr."),
        .value("ip-addr", \.address, .serviceAddress, "The address; empty: any address of the balancer itself."),
        .value("ports", \.ports, .ports, "Ports and ranges of ports."),
        .value("protocol", \.transport, .word, "Transport."),
        .rare(
            "iface", \.interface, .interface, "Interface at which packets to the address come in.",
            .later(.interfaces)),
        .rare(
            "iether-addr", \.inputEtherAddress, .hardwareAddress,
            "Hardware address to which packets to the address come in.",
            .later(.interfaces)),
        .rare(
            "ether-addr", \.etherAddress, .hardwareAddress, "Hardware address on both sides.",
            .later(.interfaces)),
        .checked("used", .number, Count.none, "How many farms have the address.", .readOnly),
    ]

    static let table = AttributeTable(attributes)
}

extension FarmAddress: ModelObject {
    static var kind: ObjectKind { .farmAddress }
    var identifier: Name { name }

    init(identifier: Name) {
        self.init(name: identifier)
    }

    /// Most ports of one address while each is an element of its own (`ruleset.md` 4.1, `services`).
    public static let maximumPorts = 256

    /// What is wrong with an address, by the key of the attribute, for those who give it under another key.
    struct Mistake: Error {
        var kind: ErrorKind
        var key: String
        var reason: String
        var hint: String?
    }

    mutating func finish(_ json: JSONObject) throws(Failure) {
        do {
            try finish(addressGiven: json["ip-addr"] != nil, familyGiven: json["family"] != nil)
        } catch {
            throw Failure(error.kind, at: [error.key], error.reason, hint: error.hint)
        }
    }

    /// An address given without its family says its family itself; given with it, both must fit.
    mutating func finish(addressGiven: Bool, familyGiven: Bool) throws(Mistake) {
        if let address, address.family != family {
            guard addressGiven, !familyGiven else {
                throw Mistake(
                    kind: .invalid, key: addressGiven ? "ip-addr" : "family",
                    reason: "\(address) is not an \(family.rawValue) address")
            }
            family = address.family
        }
        guard !isIncomplete else { return }
        if ports.isAll {
            throw Mistake(
                kind: .unsupported, key: "ports", reason: "this version does not have \(Feature.allPorts.rawValue)",
                hint: "list the ports: [80, 443]")
        }
        if ports.count > FarmAddress.maximumPorts {
            throw Mistake(
                kind: .unsupported, key: "ports", reason: "this version does not have \(Feature.portRanges.rawValue)")
        }
    }
}
