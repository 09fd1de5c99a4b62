// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

extension Address {
    /// Every attribute of an address outside of farms, in canonical order.
    public static let attributes: [Attribute<Address>] = [
        .identifier("name", .name, "Name of the address, unique among addresses.") { $0.name.text },
        .value("family", \.family, .word, "Family of the address; without it that of ip-addr."),
        .value("ip-addr", \.address, .serviceAddress, "The address; empty: any address of the balancer itself."),
        .value("ports", \.ports, .ports, "Ports and ranges of ports; none: all."),
        .value("protocol", \.transport, .word, "Transport."),
        .value(
            "iface", \.interface, .interface, "Interface at which packets to the address come in."),
        .value(
            "iether-addr", \.inputEtherAddress, .hardwareAddress,
            "Hardware address to which packets to the address come in."),
        .value(
            "ether-addr", \.etherAddress, .hardwareAddress, "Hardware address on both sides."),
        .value("verdict", \.verdict, .words(), "What happens to packets that a policy knows."),
        .value("log-prefix", \.logPrefix, .logPrefix, "Text in front of its log lines."),
        .value("log-rtlimit", \.logRateLimit, .rate, "Most security log lines in a time; 0/second: no limit."),
        .objects("policies", \.policyReferences, "Policies that guard the address, in order."),
        .checked("used", .number, Count.none, "How many farms have the address.", .readOnly),
        .checked("action", .word, FarmAction.none, "An order of the C program to itself.", .order("change the farms")),
    ]

    static let table = AttributeTable(attributes)
}

extension Address: ModelObject {
    static var kind: ObjectKind { .address }
    var identifier: Name { name }

    init(identifier: Name) {
        self.init(name: identifier)
    }

    var policyReferences: [PolicyReference] {
        get { policies.map { PolicyReference(name: $0) } }
        set { policies = newValue.map(\.name) }
    }

    mutating func finish(_ json: JSONObject) throws(Failure) {
        if let address, address.family != family {
            guard json["ip-addr"] != nil, json["family"] == nil else {
                throw Failure(
                    .invalid, at: [json["ip-addr"] != nil ? "ip-addr" : "family"],
                    "\(address) is not an \(family.rawValue) address")
            }
            family = address.family
        }
        guard let mistake = FarmAddress.mistake(address, ports) else { return }
        throw Failure(mistake.kind, at: [mistake.key], mistake.reason, hint: mistake.hint)
    }
}
