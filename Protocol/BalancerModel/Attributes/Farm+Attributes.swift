// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

extension Farm {
    /// Every attribute of a farm, in canonical order.
    public static let attributes: [Attribute<Farm>] =
        identity + firstAddress + choice + stickiness + logging + limits + way + contents

    static let table = AttributeTable(attributes)

    private static let identity: [Attribute<Farm>] = [
        .identifier("name", .name, "Name of the farm, unique among farms.") { $0.name.text },
        .checked("newname", .name, nil, "Renames the farm.", .order("use {\"rename\": PATH, \"to\": NAME}")),
        .checked("fqdn", .plain, "", "Host name of the farm.", .later(.hostNames)),
    ]

    private static let firstAddress: [Attribute<Farm>] = [
        .alias("family", \.family, .word, "Family of the farm's first address."),
        .alias("virtual-addr", \.address, .serviceAddress, "The farm's first address; empty: any of the balancer's."),
        .alias("virtual-ports", \.ports, .ports, "Ports of the farm's first address."),
        .alias("protocol", \.transport, .word, "Transport of the farm's first address."),
        .alias(
            "iface", \.options.interface, .interface, "Interface at which packets to the first address come in."),
        .alias(
            "iether-addr", \.options.inputEtherAddress, .hardwareAddress,
            "Hardware address to which packets to the first address come in."),
    ]

    private static let choice: [Attribute<Farm>] = [
        .value("mode", \.mode, .word, "How packets reach the backends."),
        .value("scheduler", \.scheduler, .word, "How the backend of a new connection is chosen."),
        .value(
            "sched-param", \.schedulerParameters, .words(),
            "Fields of the packet that the schedulers hash and maglev use; none: srcip."),
        .value("state", \.state, .word, role: .operator, "Whether the farm takes new connections."),
        .rare(
            "source-addr", \.sourceAddress, .hostAddress,
            "Source address of connections to the backends; empty: masquerading."),
        .value("intra-connect", \.intraConnect, .boolean, "Whether clients on the balancer itself are served."),
        .rare("priority", \.priority, .number, "Rank of the farm among farms; without effect."),
        .rare("mark", \.mark, .number, "Bits or-ed into the connection marks of the backends."),
        .rare("counters", \.counters, .boolean, "Whether packets, bytes and connections are counted."),
    ]

    private static let stickiness: [Attribute<Farm>] = [
        .rare(
            "persistence", \.persistence, .words(),
            "Fields of the packet by which a client is known and sent to its backend again."),
        .rare(
            "persist-ttl", \.persistenceLifetime, .number, "Seconds that a known client is remembered."),
        .rare(
            "responsettl", \.responseLifetime, .number,
            "Seconds that the way back is remembered in mode stlsdnat."),
        .rare(
            "established-flows", \.establishedFlows, .word,
            "What becomes of the established flows of a backend that goes down or is deleted."),
        .rare(
            "helper", \.helper, .word, "Connection tracking helper of the farm's protocol."),
    ]

    private static let way: [Attribute<Farm>] = [
        .rare("queue", \.queue, .number, "Queue of the program that sees SYN packets first; -1: none."),
        .rare(
            "flow-offload", \.flowOffload, .boolean,
            "Whether established flows bypass the ruleset, and with it the farm's counters: in modes snat and dnat, without "
                + "policies, persistence, mark, tcp-strict and log forward."),
        .rare(
            "oface", \.outputInterface, .interface, "Interface towards the backends."),
        .rare(
            "ether-addr", \.outputEtherAddress, .hardwareAddress, "Hardware address on both sides of the farm."),
        .checked(
            "oether-addr", .hardwareAddress, nil, "Hardware address towards the backends.", .later(.oneSidedAddress)),
    ]

    private static let contents: [Attribute<Farm>] = [
        .objects("addresses", \.addresses, "Where the farm takes connections."),
        .objects("backends", \.backends, "The servers that answer; with one of them its static sessions are deleted."),
        .objects("policies", \.policyReferences, "Policies that guard the farm, in order."),
        .objects(
            "sessions", \.sessions, "Clients that always get the same backend; without persistence they have no effect."
        ),
        .checked("action", .word, FarmAction.none, "An order of the C program to itself.", .order("change the state")),
        .checked("used", .number, Count.none, "How many objects refer to the farm.", .readOnly),
    ]
}
