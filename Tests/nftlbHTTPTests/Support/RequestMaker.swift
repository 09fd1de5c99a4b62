// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EngineSupport
import JSON

/// Requests of nobody in particular: a few names, so that they meet, and values that are most often right.
///
/// Left out is what the C program's answers cannot say: it never prints interfaces and hardware addresses, and `config_error`,
/// posted back, is `up` there, so each new backend says its state.
struct RequestMaker {
    var random: SeededGenerator

    typealias Made = (verb: String, path: String, body: String?)

    mutating func next() -> Made {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<14: (pick(["POST", "PUT"]), pick(["/farms", "/policies", "/addresses"]), document())
        case 14: ("PATCH", "/policies/\(pick(Self.policies))", document())
        case 15: ("PATCH", path() + "/policies", document())
        case 16: ("GET", pick(["/farms", "/policies", "/addresses", path() + "/sessions"]), nil)
        default: ("DELETE", deletion(), nil)
        }
    }

    private static let farms = ["a", "b", "c d"]
    private static let backends = ["x", "y", "z"]
    private static let addresses = ["v", "w", "a-addr", "b-addr"]
    private static let policies = ["black", "white"]
    private static let clients = ["203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.1 . 80"]

    /// Of a farm.
    private mutating func path() -> String { "/farms/" + pick(Self.farms).replacing(" ", with: "%20") }

    private mutating func deletion() -> String {
        let farm = path()
        let policy = "/policies/\(pick(Self.policies))"
        return pick([
            farm, farm + "/backends/\(pick(Self.backends))", farm + "/backends", farm + "/addresses",
            farm + "/addresses/\(pick(Self.addresses))", farm + "/policies", farm + "/policies/\(pick(Self.policies))",
            farm + "/sessions", farm + "/sessions/" + pick(Self.clients).replacing(" ", with: "_"),
            farm + "/backends/\(pick(Self.backends))/sessions", "/addresses/\(pick(Self.addresses))", policy,
            policy + "/elements", policy + "/elements/10.0.0.0/8",
        ])
    }

    // MARK: Documents

    private mutating func document() -> String {
        var document = JSONObject()
        if chance(9) { document["policies"] = list(2) { $0.policy() } }
        let isFirst = chance(2)
        if isFirst, chance(5) { document["addresses"] = list(2) { $0.address() } }
        if !chance(9) { document["farms"] = list(2) { $0.farm() } }
        if !isFirst, chance(5) { document["addresses"] = list(2) { $0.address() } }
        return JSONValue.object(document).text
    }

    private mutating func farm() -> JSONObject {
        var farm: JSONObject = ["name": .string(pick(Self.farms))]
        if chance(15) { farm["newname"] = .string(pick(Self.farms + ["e"])) }
        set(&farm, "virtual-addr", ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.8", "2001:db8::1"], 5)
        set(&farm, "virtual-ports", ["80", "443,80", "1000-1010", "0", "9-1,81"], 5)
        set(&farm, "protocol", ["tcp", "udp", "sctp", "all", "icmp"], 9)
        set(&farm, "source-addr", ["198.51.100.7", ""], 9)
        set(&farm, "mode", ["snat", "dnat", "local"], 8)
        set(&farm, "scheduler", ["rr", "weight", "hash", "symhash", "maglev"], 4)
        set(&farm, "sched-param", ["srcip", "srcip srcport", "none", "dstip,srcip"], 6)
        set(&farm, "persistence", ["none", "srcip", "srcip", "srcip srcport"], 6)
        set(&farm, "persist-ttl", ["60", "125", "ahg", "-1"], 8)
        set(&farm, "log-prefix", ["x ", "TYPE-FNAME "], 9)
        set(&farm, "mark", ["0x10000", "0"], 12)
        set(&farm, "state", ["up", "down", "off"], 4)
        set(&farm, "limits-ttl", ["0", "60"], 9)
        set(&farm, "new-rtlimit-burst", ["5", "0"], 9)
        set(&farm, "est-connlimit-log-prefix", ["KNAME: "], 12)
        set(&farm, "intra-connect", ["on", "off"], 6)
        if chance(12) { guarded(&farm) }
        if chance(6) { farm["addresses"] = list(2) { $0.address(ofFarm: true) } }
        if chance(2) { farm["backends"] = list(3) { $0.backend() } }
        if chance(9) { farm["policies"] = list(2) { ["name": .string($0.pick(Self.policies))] } }
        if chance(9) {
            farm["sessions"] = list(2) {
                ["client": .string($0.pick(Self.clients)), "backend": .string($0.pick(Self.backends))]
            }
        }
        return farm
    }

    /// What not every version has.
    private mutating func guarded(_ farm: inout JSONObject) {
        set(&farm, "mode", ["dsr", "stlsdnat"], 9)
        set(&farm, "helper", ["none", "ftp", "sip"], 9)
        set(&farm, "log", ["none", "input", "input forward output"], 6)
        set(&farm, "log-rtlimit", ["0", "5", "10/minute"], 4)
        set(&farm, "new-rtlimit", ["10", "0/second", "7/hour"], 3)
        set(&farm, "rst-rtlimit", ["3/minute"], 3)
        set(&farm, "est-connlimit", ["0", "9"], 3)
        set(&farm, "tcp-strict", ["on", "off"], 3)
        set(&farm, "verdict", ["log drop", "accept", "log drop accept"], 4)
    }

    private mutating func backend() -> JSONObject {
        var backend: JSONObject = ["name": .string(pick(Self.backends))]
        if chance(20) { backend["newname"] = .string(pick(Self.backends)) }
        // Without one it is out of service, or waits for it.
        if !chance(9) { backend["ip-addr"] = .string(pick(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"])) }
        set(&backend, "port", ["8080", "", "81"], 4)
        set(&backend, "source-addr", ["198.51.100.8", ""], 8)
        set(&backend, "weight", ["1", "5", "7"], 4)
        set(&backend, "priority", ["1", "2", "3"], 4)
        set(&backend, "mark", ["0x100", "0x101", "0xfff"], 12)
        set(&backend, "est-connlimit", ["0", "7"], 40)
        backend["state"] = .string(pick(["up", "up", "up", "down", "off"]))
        return backend
    }

    private mutating func address(ofFarm: Bool = false) -> JSONObject {
        var address: JSONObject = ["name": .string(pick(Self.addresses))]
        if chance(2) {
            address["ip-addr"] = .string(pick(["192.0.2.4", "192.0.2.5", "192.0.2.6", "192.0.2.7", "2001:db8::2"]))
        }
        set(&address, "ports", ["80", "8080-8090", "53"], 3)
        set(&address, "protocol", ["tcp", "udp"], 4)
        set(&address, "verdict", ["log drop accept", "drop"], 12)
        set(&address, "log-prefix", ["TYPE-ANAME ", "A "], 20)
        if !ofFarm, chance(12) { address["policies"] = list(2) { ["name": .string($0.pick(Self.policies))] } }
        return address
    }

    private mutating func policy() -> JSONObject {
        var policy: JSONObject = ["name": .string(pick(Self.policies))]
        set(&policy, "type", ["blacklist", "whitelist"], 3)
        set(&policy, "log-prefix", ["P "], 9)
        if chance(2) {
            policy["elements"] = list(3) {
                ["data": .string($0.pick(["10.0.0.0/8", "192.0.2.7", "198.51.100.1-198.51.100.9", "203.0.113.7"]))]
            }
        }
        return policy
    }

    // MARK: Chance

    /// True once in `count` times.
    private mutating func chance(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }

    private mutating func pick(_ values: [String]) -> String { values.randomElement(using: &random) ?? "" }

    private mutating func set(_ object: inout JSONObject, _ key: String, _ values: [String], _ rarity: Int) {
        if chance(rarity) { object[key] = .string(pick(values)) }
    }

    private mutating func list(_ most: Int, _ make: (inout RequestMaker) -> JSONObject) -> JSONValue {
        var objects: [JSONValue] = []
        for _ in 0..<Int.random(in: 1...most, using: &random) { objects.append(.object(make(&self))) }
        return .array(objects)
    }
}
