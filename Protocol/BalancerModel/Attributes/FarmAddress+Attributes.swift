// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

extension FarmAddress {
    /// Every attribute of a farm's address, in canonical order.
    public static let attributes: [Attribute<FarmAddress>] = [
        .identifier(
            "name", .name,
            "Name of the address, unique in its farm; nothing but the name of an address outside of farms stands for that one."
        ) { $0.name.text },
        .value("family", \.family, .word, "Family of the address; without it that of ip-addr."),
        .value("ip-addr", \.address, .serviceAddress, "The address; empty: any address of the balancer itself."),
        .value("ports", \.ports, .ports, "Ports and ranges of ports."),
        .value("protocol", \.transport, .word, "Transport."),
        .rare(
            "iface", \.interface, .interface, "Interface at which packets to the address come in."),
        .rare(
            "iether-addr", \.inputEtherAddress, .hardwareAddress,
            "Hardware address to which packets to the address come in."),
        .rare(
            "ether-addr", \.etherAddress, .hardwareAddress, "Hardware address on both sides."),
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

    /// A reference says nothing but its name.
    var declared: FarmAddress {
        guard isReference else { return self }
        var bare = FarmAddress(name: name)
        bare.isReference = true
        return bare
    }

    /// What is wrong with an address, by the key of the attribute, for those who give it under another key.
    struct Mistake: Error {
        var kind: ErrorKind
        var key: String
        var reason: String
        var hint: String?
    }

    /// What is wrong with ports of an address: any address is looked up port by port, it has no long ranges.
    static func mistake(_ address: IPAddress?, _ ports: PortSet) -> Mistake? {
        guard address == nil, !ports.isAll, ports.count > maximumExpandedPorts else { return nil }
        return Mistake(
            kind: .unsupported, key: "ports",
            reason: "any address of the balancer has at most \(maximumExpandedPorts) ports",
            hint: "give ip-addr, or fewer ports")
    }

    mutating func finish(_ json: JSONObject) throws(Failure) {
        if isReference {
            guard !hasDefaults else { return }
            // Ports alone would make it any address of the balancer, which nobody means who changes a shared one.
            guard json["ip-addr"] != nil else {
                throw Failure(
                    .invalid, at: ["ip-addr"], "\"\(name)\" is an address outside of farms",
                    hint: "change that one, or give ip-addr and all else for an address of the farm's own")
            }
            isReference = false
        }
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
        if let mistake = FarmAddress.mistake(address, ports) { throw mistake }
    }
}
