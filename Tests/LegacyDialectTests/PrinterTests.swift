// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Foundation
import JSON
import LegacyDialect
import Testing

@Suite("Printed objects")
struct PrinterTests {
    private static func golden(_ name: String) throws -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Printed")
        return try String(contentsOf: folder.appending(path: name + ".json"), encoding: .utf8)
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// A farm with everything that has a line.
    static func fullFarm() throws -> Farm {
        var farm = try Farm(
            document: [
                "name": "full", "mode": "dnat", "scheduler": "hash", "source-addr": "198.51.100.9",
                "intra-connect": true,
                "addresses": [
                    ["name": "v4", "ip-addr": "192.0.2.1", "ports": [80, "8080-8090"]],
                    ["name": "v6", "ip-addr": "2001:DB8::1", "ports": [53], "protocol": "udp"],
                ],
                "backends": [
                    ["name": "a", "ip-addr": "198.51.100.1", "port": 8080, "weight": 5, "source-addr": "198.51.100.8"],
                    ["name": "b", "ip-addr": "198.51.100.2", "state": "off"],
                    ["name": "c", "ip-addr": "198.51.100.3"],
                    ["name": "d", "state": "incomplete"],
                ],
            ])
        farm.options.persistence = [.srcip, .srcport]
        farm.options.helper = .sip
        farm.options.log = [.input, .forward, .output]
        farm.options.logPrefix = try LogPrefix("LOG FNAME ")
        farm.options.logRateLimit = try Rate(10, per: .minute)
        farm.options.verdict = [.log, .drop]
        farm.options.mark = try Mark(0xabc)
        farm.options.newRateLimit = try Rate(5, per: .second)
        farm.options.newRateLimitBurst = try Count(7)
        farm.options.newRateLimitLogPrefix = try LogPrefix("new ")
        farm.options.resetRateLimit = try Rate(3, per: .hour)
        farm.options.resetRateLimitLogPrefix = try LogPrefix("rst ")
        farm.options.establishedLimit = try Count(9)
        farm.options.establishedLimitLogPrefix = try LogPrefix("est ")
        farm.options.tcpStrict = true
        farm.options.tcpStrictLogPrefix = try LogPrefix("strict ")
        farm.options.queue = try QueueNumber(2)
        farm.options.flowOffload = true
        farm.backends[2].priority = try Priority(3)
        farm.backends[0].options.establishedLimit = try Count(4)
        farm.backends[0].options.establishedLimitLogPrefix = try LogPrefix("back ")
        farm.policies = [try Name("black"), try Name("white")]
        var session = Session(client: try SessionClient("192.0.2.7 . 4000"))
        session.backend = try Name("a")
        farm.sessions = [session]
        return farm
    }

    @Test("A farm with everything, and one with nothing")
    func farms() throws {
        var full = PrintedFarm(try Self.fullFarm())
        full.marks = [try Name("a"): 1, try Name("b"): 0xfff]
        full.addressUsers = [try Name("v6"): 2]
        let farms = [full, PrintedFarm(Farm(name: try Name("empty")))]
        #expect(Self.text(LegacyPrinter.farms(farms)) == (try Self.golden("farms")))
    }

    @Test("No farms, policies, addresses, sessions")
    func nothing() {
        #expect(Self.text(LegacyPrinter.farms([])) == "{\n        \"farms\": []\n}")
        #expect(Self.text(LegacyPrinter.policies([])) == "{\n        \"policies\": []\n}")
        #expect(Self.text(LegacyPrinter.addresses([])) == "{\n        \"addresses\": []\n}")
        #expect(Self.text(LegacyPrinter.sessions(declared: [], learnt: [])) == "{\n        \"sessions\": []\n}")
    }

    @Test("Sessions: those declared, then those learnt with the rest of their time")
    func sessions() throws {
        var declared = Session(client: try SessionClient("192.0.2.7"))
        declared.backend = try Name("a")
        let lost = Session(client: try SessionClient("192.0.2.8"))
        let learnt = [
            PrintedSession(client: "1.2.3.4 . 80", backend: "bck0", milliseconds: 5_131_364),
            PrintedSession(client: "1.2.3.5 . 80", backend: nil, milliseconds: 0),
            PrintedSession(client: "1.2.3.6 . 80", backend: "bck0", milliseconds: 29_984),
            PrintedSession(client: "1.2.3.7 . 80", backend: "bck0", milliseconds: 2 * 86_400_000),
        ]
        let printed = LegacyPrinter.sessions(declared: [declared, lost], learnt: learnt)
        #expect(Self.text(printed) == (try Self.golden("sessions")))
    }

    @Test("Policies with their counters, and addresses")
    func others() throws {
        var policy = Policy(name: try Name("black"))
        policy.timeout = try Seconds(60)
        policy.logPrefix = try LogPrefix("p ")
        let ranges = [try AddressRange("10.0.0.0/8"), try AddressRange("192.0.2.1-192.0.2.9")]
        policy.elements = PolicyElements(ranges.map { PolicyElement(data: $0) })
        var printed = PrintedPolicy(policy)
        printed.users = 3
        printed.counters = [try AddressRange("10.0.0.0/8"): (packets: 5, bytes: 300)]
        let policies = [printed, PrintedPolicy(Policy(name: try Name("empty")))]
        #expect(Self.text(LegacyPrinter.policies(policies)) == (try Self.golden("policies")))

        var address = Address(name: try Name("lonely"))
        address.verdict = [.log]
        address.logPrefix = try LogPrefix("a ")
        address.policies = [try Name("black")]
        let farm = try Self.fullFarm()
        let addresses = [PrintedAddress(address)] + farm.addresses.map { PrintedAddress($0) }
        #expect(Self.text(LegacyPrinter.addresses(addresses)) == (try Self.golden("addresses")))
    }

    @Test("The layout is that of JSON with eight spaces a level, and names are escaped")
    func layout() throws {
        let farm = try Self.fullFarm()
        let printed = LegacyPrinter.farms([PrintedFarm(farm), PrintedFarm(Farm(name: try Name("a\\b")))])
        let value = try JSONValue(parsing: printed)
        #expect(value.serialized(.pretty(indent: 8)) == printed)
        #expect(value["farms"]?[1]?["name"] == "a\\b")
    }

    static let states: [(states: [(BackendState, Int)], level: Int64, printed: [String])] = [
        ([(.up, 1), (.up, 2)], 1, ["up", "available"]),
        ([(.down, 1), (.up, 2)], 2, ["down", "up"]),
        ([(.off, 1), (.down, 1), (.up, 2), (.up, 3), (.up, 4)], 2, ["off", "down", "up", "available", "available"]),
        ([(.down, 1), (.up, 9)], 9, ["down", "up"]),
        ([(.down, 1), (.down, 2)], 1, ["down", "down"]),
        ([(.up, 1), (.down, 2), (.up, 3)], 1, ["up", "down", "available"]),
        ([(.down, 1), (.down, 2), (.up, 3)], 3, ["down", "down", "up"]),
        ([(.incomplete, 1), (.up, 2)], 2, ["config_error", "up"]),
        ([], 1, []),
    ]

    @Test("Backends beyond the priority in use are available", arguments: states.indices)
    func priorities(row: Int) throws {
        let (states, level, words) = Self.states[row]
        var farm = Farm(name: try Name("f"))
        for (index, (state, priority)) in states.enumerated() {
            var backend = Backend(name: try Name("b\(index)"))
            backend.state = state
            backend.address = state == .incomplete ? nil : .v4(0x0A00_0001)
            backend.priority = try Priority(Int64(priority))
            farm.backends.append(backend)
        }
        let printed = try JSONValue(parsing: LegacyPrinter.farms([PrintedFarm(farm)]))["farms"]?[0]
        #expect(printed?["priority"]?.string == String(level))
        #expect(printed?["backends"]?.array?.compactMap { $0["state"]?.string } == words)
    }
}
