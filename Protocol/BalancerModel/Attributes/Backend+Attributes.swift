// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

extension Backend {
    /// Every attribute of a backend, in canonical order.
    public static let attributes: [Attribute<Backend>] = [
        .identifier("name", .name, "Name of the backend, unique in its farm.") { $0.name.text },
        .checked("newname", .name, nil, "Renames the backend.", .order("use {\"rename\": PATH, \"to\": NAME}")),
        .checked("fqdn", .plain, "", "Host name of the backend.", .later(.hostNames)),
        .value(
            "ip-addr", \.address, .hostAddress, isSaid: { $0.saysItHasNoAddress }, "Address to which connections go."),
        .value(
            "port", \.port, .port,
            "Port to which connections go; null, and in a farm with an address for all protocols: the one asked for."),
        .value("weight", \.weight, .number, role: .operator, "Share of the backend under the scheduler weight."),
        .value("state", \.state, .word, role: .operator, "Whether the backend takes new connections."),
        .rare(
            "drain-until", \.drainUntil, .number, role: .operator,
            "When a backend that is off is drained: what is left of its connections is cut then, and it is down; 0: never."
        ),
        .rare(
            "source-addr", \.sourceAddress, .hostAddress,
            "Source address of connections to the backend; empty: the farm's."),
        .rare("priority", \.priority, .number, "Rank of the backend in its farm."),
        .rare("mark", \.mark, .number, "Connection mark of the backend; 0: chosen."),
        .rare(
            "ether-addr", \.etherAddress, .hardwareAddress,
            "Hardware address of the backend; empty: asked for."),
        .rare(
            "est-connlimit", \.establishedLimit, .number,
            "Most established connections to the backend; 0: no limit."),
        .rare(
            "est-connlimit-log-prefix", \.establishedLimitLogPrefix, .logPrefix,
            "Text in front of the log lines of est-connlimit."),
        .checked("action", .word, FarmAction.none, "An order of the C program to itself.", .order("change the state")),
    ]

    static let table = AttributeTable(attributes)
}

extension Backend: ModelObject {
    static var kind: ObjectKind { .backend }
    var identifier: Name { name }

    /// Whether it is out of service without an address, which it must say to be made again.
    fileprivate var saysItHasNoAddress: Bool {
        switch state {
        case .down, .off: address == nil
        case .up, .incomplete: false
        }
    }

    init(identifier: Name) {
        self.init(name: identifier)
    }

    /// A backend without an address could serve nobody, so it is not up.
    mutating func finish(_ json: JSONObject) throws(Failure) {
        guard address != nil || state != .up else { throw withoutAddress }
        finishDrain(json)
    }

    /// The name of a new one without an address is most often a typing error. Who means it says so: with the state
    /// `incomplete`, or with an empty address.
    func checkNew(_ json: JSONObject) throws(Failure) {
        guard address != nil || state == .incomplete || json["ip-addr"] != nil else { throw withoutAddress }
    }

    private var withoutAddress: Failure {
        Failure(.invalid, at: ["ip-addr"], "the backend \"\(name)\" has no address", hint: "give ip-addr")
    }
}
