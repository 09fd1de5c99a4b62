// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

extension AttributeCase {
    /// One for each attribute that can be given in this version.
    static let all: [AttributeCase] =
        aliases + choice + stickiness + limits + contents + addresses + backends + shared + policies + ways
        + clusters

    private static let aliases: [AttributeCase] = [
        .init(.farm, "family", before: "ipv4", ["ipv6"], with: ["virtual-addr": "2001:db8::7"], asAddresses),
        .init(.farm, "virtual-addr", ["192.0.2.7"], asAddresses),
        .init(.farm, "virtual-ports", [[81], [80, "8000-9000"], []], asAddresses),
        .init(.farm, "protocol", ["udp", "sctp", "all"], asAddresses),
    ]

    private static let asAddresses = Effect.shown(["FarmTests.addresses", "ServiceTests.exactness"])

    private static let choice: [AttributeCase] = [
        .init(
            .farm, "mode", ["dnat", "local", "dsr", "stlsdnat"], with: ["source-addr": "203.0.113.1"],
            .shown(["TrafficTests.source", "LocalModeTests.sources", "WayTests.neighbours"])),
        .init(
            .farm, "scheduler", ["weight", "hash", "symhash", "maglev"],
            .shown([
                "TrafficTests.exact", "TrafficTests.byLot", "HashFieldTests.combinations", "SchedulerTests.symmetric",
                "SchedulerTests.consistent",
            ])),
        .init(
            .farm, "sched-param", in: ["scheduler": "hash"],
            [["srcport"], ["srcip", "dstip", "srcport", "dstport", "srcmac", "dstmac"]],
            .shown(["HashFieldTests.combinations"])),
        .init(.farm, "state", ["down", "off"], .shown(["FarmTests.farmState"])),
        .init(
            .farm, "source-addr", ["203.0.113.1", "fd00::9"],
            .shown(["FarmTests.sourceAddress", "LocalModeTests.sources"])),
        .init(.farm, "intra-connect", [true], .shown(["ServiceTests.intraConnect", "MarkTests.local"])),
        .init(.farm, "priority", [7], .stored("without effect, as in the C program")),
        .init(.farm, "mark", [4096], .shown(["MarkTests.visible", "MarkTests.change"])),
        .init(.farm, "counters", [false], .shown(["CounterSwitchTests.off", "CounterSwitchTests.switched"])),
    ]

    private static let stickiness: [AttributeCase] = [
        .init(
            .farm, "persistence", [["srcip"], ["srcip", "dstip", "srcport", "dstport", "srcmac", "dstmac"]],
            .shown(["PersistenceFieldTests.combinations", "PersistenceTests.states", "PersistenceTests.otherFields"])),
        .init(
            .farm, "persist-ttl", in: ["persistence": ["srcip"]], [30],
            .shown(["PersistenceTests.lifetime", "PersistenceTests.changes"])),
        .init(
            .farm, "established-flows", ["reset"], .stored("the daemon cuts them (`DrainTests.reset`)")),
        .init(
            .farm, "helper",
            in: ["addresses": [["name": "four", "ip-addr": "192.0.2.1", "ports": [80], "protocol": "all"]]],
            ["ftp", "sip", "pptp", "snmp", "tftp"],
            .shown(["HelperObjectTests.ftp", "HelperObjectTests.objects"])),
        .init(.farm, "responsettl", [30], .stored("of mode stlsdnat")),
    ]

    private static let limits: [AttributeCase] = [
        .init(
            .farm, "log", [["input"], ["forward"], ["input", "forward", "output"]],
            .shown(["LogTests.places", "LogTests.visible"])),
        .init(.farm, "log-prefix", in: ["log": ["input"]], ["x"], .shown(["LogTests.places"])),
        .init(
            .farm, "log-rtlimit", in: ["tcp-strict": true], ["5/minute"], .shown(["LimitVerdictTests.words"])),
        .init(
            .farm, "verdict", in: ["est-connlimit": 9], [["log"], ["drop"], ["accept"], []],
            .shown(["LimitVerdictTests.words"])),
        .init(
            .farm, "limits-ttl", in: ["new-rtlimit": "5/minute"], [5, 0, 2_147_483_647],
            .shown(["RateLimitTests.lifetime"])),
        .init(
            .farm, "new-rtlimit", ["5/minute", "1/week", "4294967295/second"],
            .shown(["RateLimitTests.exact", "RateLimitTests.changes", "RateLimitTests.refill", "RateLimitTests.full"])),
        .init(
            .farm, "new-rtlimit-burst", in: ["new-rtlimit": "5/second"], [9, 2_147_483_647],
            .shown(["RateLimitTests.exact", "RateLimitTests.changes"])),
        .init(
            .farm, "new-rtlimit-log-prefix", in: ["new-rtlimit": "5/second"], ["x"],
            .shown(["LimitVerdictTests.words"])),
        .init(.farm, "rst-rtlimit", ["5/minute"], .shown(["SegmentLimitTests.resets"])),
        .init(
            .farm, "rst-rtlimit-burst", in: ["rst-rtlimit": "5/minute"], [9], .shown(["SegmentLimitTests.resets"])),
        .init(
            .farm, "rst-rtlimit-log-prefix", in: ["rst-rtlimit": "5/minute"], ["x"],
            .shown(["SegmentLimitTests.resets"])),
        .init(
            .farm, "est-connlimit", [9, 2_147_483_647],
            .shown(["ConnectionLimitTests.source", "ConnectionLimitTests.changes", "ConnectionLimitTests.local"])),
        .init(
            .farm, "est-connlimit-log-prefix", in: ["est-connlimit": 9], ["x"], .shown(["LimitVerdictTests.words"])),
        .init(.farm, "flow-offload", [true], .shown(["FlowOffloadTests.offloaded", "FlowOffloadTests.unsupported"])),
        .init(.farm, "queue", [7, 0, 65_535], .shown(["QueueTests.blacklist", "QueueTests.unsupported"])),
        .init(.farm, "tcp-strict", [true], .shown(["SegmentLimitTests.strict"])),
        .init(
            .farm, "tcp-strict-log-prefix", in: ["tcp-strict": true], ["x"], .shown(["SegmentLimitTests.strict"])),
        .init(
            .farm, "policies", [[["name": "list"]], [["name": "other"], ["name": "list"]]],
            .shown(["PolicyTests.lists"])),
    ]

    private static let contents: [AttributeCase] = [
        .init(
            .farm, "addresses",
            [[["name": "other", "ip-addr": "192.0.2.9", "ports": [80]]], [], [["name": "any", "ports": [80]]]],
            .shown(["FarmTests.addresses", "FarmTests.anyAddress", "FarmTests.swap"])),
        .init(
            .farm, "backends", [[["name": "other", "ip-addr": "10.0.0.9"]], []],
            .shown(["EstablishedTests.live", "PersistenceTests.states"])),
        .init(
            .farm, "sessions", in: ["persistence": ["srcip"]],
            [[["client": "10.1.0.7", "backend": "one"]], [["client": "fd01::7", "backend": "three"]]],
            .shown(["PersistenceTests.statics", "PersistenceFieldTests.statics"])),
        .init(.session, "backend", ["two"], .shown(["PersistenceTests.statics"])),
    ]

    private static let addresses: [AttributeCase] = [
        .init(
            .farmAddress, "family", before: "ipv4", ["ipv6"], with: ["ip-addr": "2001:db8::7"],
            .shown(["FarmTests.addresses", "PriorityTests.families"])),
        .init(
            .farmAddress, "ip-addr", ["192.0.2.7", "2001:db8::7", ""],
            .shown(["FarmTests.swap", "ServiceTests.anyAddress"])),
        .init(
            .farmAddress, "ports", [[81], [80, "8000-8010"], [80, "8000-9000"], ["1-65535"], []],
            .shown(["FarmTests.ports", "ServiceTests.exactness", "ServiceTests.everyPort"])),
        .init(
            .farmAddress, "protocol", in: ["ports": []], ["udp", "sctp", "all"],
            .shown(["TrafficTests.source", "ServiceTests.allProtocols", "SCTPTests.balanced"])),
    ]

    private static let backends: [AttributeCase] = [
        .init(.backend, "ip-addr", ["10.0.0.9", "fd00::9"], .shown(["RejudgementTests.lost", "TrafficTests.source"])),
        .init(.backend, "port", [8080], .shown(["FarmTests.ports"])),
        .init(.backend, "weight", [5], .shown(["TrafficTests.exact", "SchedulerTests.sharedCounter"])),
        .init(
            .backend, "state", ["off", "down", "incomplete"],
            .shown(["FarmTests.backendState", "PersistenceTests.states", "EstablishedTests.live"])),
        .init(
            .backend, "drain-until", in: ["state": "off"], [1_900_000_000],
            .stored("the daemon cuts what is left (`DrainTests.deadline`)")),
        .init(
            .backend, "source-addr", ["203.0.113.2"], .shown(["FarmTests.sourceAddress", "LocalModeTests.sources"])),
        .init(.backend, "priority", [7], .shown(["PriorityTests.groups", "PersistenceTests.priorities"])),
        .init(
            .backend, "mark", [0x123], .shown(["MarkTests.visible", "MarkTests.policyRouting", "MarkTests.collisions"])),
        .init(.backend, "est-connlimit", [5, 9], .shown(["ConnectionLimitTests.backend"])),
        .init(
            .backend, "est-connlimit-log-prefix", in: ["est-connlimit": 5], ["x"],
            .shown(["LimitVerdictTests.words"])),
    ]

    private static let shared: [AttributeCase] = [
        .init(
            .address, "family", before: "ipv4", ["ipv6"], with: ["ip-addr": "2001:db8::7"],
            .shown(["SharedAddressTests.life"])),
        .init(.address, "ip-addr", ["192.0.2.7"], .shown(["SharedAddressTests.life"])),
        .init(.address, "ports", [[81], ["1000-2000"], []], .shown(["SharedAddressTests.life"])),
        .init(.address, "protocol", ["udp", "sctp", "all"], .shown(["ServiceTests.exactness"])),
        .init(
            .address, "log-prefix", in: ["policies": [["name": "list"]]], ["x"], .shown(["LogTests.policies"])),
        .init(
            .address, "log-rtlimit", in: ["policies": [["name": "list"]]], ["5/minute"],
            .shown(["LogTests.policies"])),
        .init(
            .address, "policies", [[["name": "list"]], [["name": "other"], ["name": "list"]]],
            .shown(["PolicyTests.addresses"])),
        .init(
            .address, "verdict", in: ["policies": [["name": "list"]]], [["log"], ["accept"]],
            .shown(["PolicyTests.verdicts"])),
    ]

    private static let policies: [AttributeCase] = [
        .init(
            .policy, "family", before: "ipv4", ["ipv6"], with: ["elements": [["data": "fd09:1::9"]]],
            .shown(["PolicyTests.lists"])),
        .init(.policy, "type", ["whitelist"], .shown(["PolicyTests.lists"])),
        .init(.policy, "route", ["out"], .shown(["PolicyTests.destinations"])),
        .init(.policy, "timeout", [60], .stored("the daemon takes away what has ended (`PolicyTests.times`)")),
        .init(.policy, "log-prefix", ["x"], .shown(["LogTests.policies"])),
        .init(
            .policy, "elements", [[["data": "10.9.0.7"]], [["data": "10.9.0.0/29"], ["data": "10.9.0.4-10.9.0.20"]]],
            .shown(["PolicyTests.lists", "PolicyLoadTests.replaced"])),
        .init(.element, "time", [60], .stored("the daemon takes away what has ended (`PolicyTests.times`)")),
    ]
}
