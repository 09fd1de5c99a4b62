// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// Clients of many addresses that try farms with limits, and what the daemon says about it.
final class LimitScene {
    let lab: Lab
    let daemon: Daemon
    let ipv6: Bool
    let udp: Bool

    init(ipv6: Bool, udp: Bool = false, sources: Int = 3) throws {
        lab = try Lab(backends: 2)
        self.ipv6 = ipv6
        self.udp = udp
        for number in 1..<sources {
            try lab.client.ip(
                ipv6
                    ? "address add \(Self.source(ipv6, number))/64 dev eth0 nodad"
                    : "address add \(Self.source(ipv6, number))/24 dev eth0")
        }
        daemon = try Daemon(on: lab)
    }

    /// Address number 0, 1, … of the client.
    static func source(_ ipv6: Bool, _ number: Int) -> String {
        ipv6 ? "fd09:1::\(number + 2)" : "10.9.1.\(number + 2)"
    }

    /// A farm on address `number`.
    func farm(_ name: String, _ number: Int, _ more: Declared.Object, backends: [Declared.Object]? = nil)
        -> Declared.Object
    {
        Declared.farm(
            name, at: TrafficTests.service(ipv6, number), over: udp ? "udp" : "tcp",
            backends: backends ?? Declared.backends(1...2, ipv6: ipv6), more)
    }

    /// Tries conversations with the farm on address `farm`, one after the other: which of them got an answer.
    func attempts(_ count: Int, farm: Int = 1, source: Int = 0, padding: Int = 0) throws -> [Bool] {
        try (0..<count).map { _ in try open(farm: farm, source: source, padding: padding) != nil }
    }

    /// How many of some conversations got an answer.
    func answered(_ count: Int, farm: Int = 1, source: Int = 0) throws -> Int {
        try attempts(count, farm: farm, source: source).count { $0 }
    }

    /// A conversation that goes on; nil where nobody answered in time.
    func open(farm: Int = 1, source: Int = 0, padding: Int = 0) throws -> Held? {
        try lab.client.inside {
            do {
                let conversation = try Conversation(
                    udp ? .udp : .tcp, TrafficTests.service(ipv6, farm),
                    from: Endpoint(Self.source(ipv6, source), 0), timeLimit: 300)
                return try Held(conversation, padding: padding)
            } catch is ConversationFailure { return nil }
        }
    }

    /// What the daemon says that met a farm's limits.
    func limits(_ farm: String) throws -> Reply { try figures(farm)["limits"] }

    func figures(_ farm: String) throws -> Reply {
        try daemon.remote().call("statistics.get", ["farms": [farm]])["farms"][0]
    }

    /// The keys of a set of ours as nft prints them.
    func keys(_ set: String) throws -> [String] { try lab.counters(ipv6, set).map(\.key) }

    /// How many lines each prefix has written: the counters of the chains that write them.
    func lines() throws -> [String: Int] {
        let text = try lab.balancer.check("nft", "-j", "list", "table", ipv6 ? "ip6" : "ip", "nftlb")
        var result: [String: Int] = [:]
        for object in try Reply(json: text)["nftables"].array where !object["rule"].isMissing {
            let steps = object["rule"]["expr"].array
            guard let prefix = steps.compactMap({ $0["log"]["prefix"].string }).first else { continue }
            result[prefix] = steps.compactMap { $0["counter"]["packets"].integer }.first
        }
        return result
    }
}
