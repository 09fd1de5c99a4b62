// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// Black and white lists, shown by who gets through.
@Suite("Policies", .requiresKernel, .serialized)
struct PolicyTests {
    private static func service(_ ipv6: Bool) -> Endpoint {
        ipv6 ? Endpoint("2001:db8::10", 80) : Endpoint("192.0.2.10", 80)
    }
    /// Sources: `host(2)` is what the system chooses.
    private static func host(_ ipv6: Bool, _ number: Int) -> String { ipv6 ? "fd09:1::\(number)" : "10.9.1.\(number)" }

    private static func lab(_ ipv6: Bool, clients: ClosedRange<Int> = 3...9) throws -> Lab {
        let lab = try Lab(backends: 2)
        for number in clients {
            try lab.client.ip("address add \(host(ipv6, number))/\(ipv6 ? 64 : 24) dev eth0" + (ipv6 ? " nodad" : ""))
        }
        return lab
    }

    private static func policy(_ name: String, _ type: String, ipv6: Bool, _ elements: [String]) -> Declared.Object {
        [
            "name": name, "type": type, "family": ipv6 ? "ipv6" : "ipv4",
            "elements": elements.map { ["data": $0] },
        ]
    }

    private static func farm(
        _ service: Endpoint, _ policies: [String], over transport: String = "tcp"
    ) -> Declared.Object {
        Declared.farm(
            "f", at: service, over: transport, backends: Declared.backends(1...2, ipv6: service.isIPv6),
            ["policies": policies.map { ["name": $0] }])
    }

    @Test(
        "Hosts and ranges are dropped, and let in by a white list before (defect 8.4.11)", arguments: [false, true],
        ["tcp", "udp"])
    func lists(ipv6: Bool, transport: String) throws {
        let (lab, service) = (try Self.lab(ipv6), Self.service(ipv6))
        let daemon = try Daemon(on: lab)
        let range = ipv6 ? "fd09:1::4/126" : "10.9.1.4/30"
        try daemon.apply(
            policies: [
                Self.policy("friends", "whitelist", ipv6: ipv6, [Self.host(ipv6, 6)]),
                Self.policy("enemies", "blacklist", ipv6: ipv6, [Self.host(ipv6, 3), range]),
            ], farms: [Self.farm(service, ["friends", "enemies"], over: transport)])
        let udp = transport == "udp"
        let through = try (2...9).filter { try lab.passes(Self.host(ipv6, $0), service, udp: udp) }
        #expect(through == [2, 6, 8, 9])
        // The other order: who is refused first is refused.
        try daemon.remote().call(
            "configuration.apply",
            [
                "changes": [
                    ["delete": "/farms/f/policies"],
                    ["set": ["farms": [["name": "f", "policies": [["name": "enemies"], ["name": "friends"]]]]]],
                ]
            ])
        #expect(try (2...9).filter { try lab.passes(Self.host(ipv6, $0), service, udp: udp) } == [2, 8, 9])
        // Without the black list, a white list refuses nobody.
        try daemon.delete("/farms/f/policies/enemies")
        #expect(try (2...9).allSatisfy { try lab.passes(Self.host(ipv6, $0), service, udp: udp) })
    }

    @Test(
        "Without drop a black list counts, without accept a white list does (defect 8.1.4)", arguments: [false, true])
    func verdicts(ipv6: Bool) throws {
        let (lab, service) = (try Self.lab(ipv6, clients: 3...4), Self.service(ipv6))
        let daemon = try Daemon(on: lab)
        let farm = Self.farm(service, ["friends", "enemies"])
        try daemon.apply(farms: [farm.merging(["policies": [], "verdict": ["drop"]]) { $1 }])
        #expect(try lab.passes(Self.host(ipv6, 3), service))
        try daemon.set("f", ["verdict": ["log", "drop", "accept"]])
        try daemon.apply(
            policies: [
                Self.policy("friends", "whitelist", ipv6: ipv6, [Self.host(ipv6, 3)]),
                Self.policy("enemies", "blacklist", ipv6: ipv6, [Self.host(ipv6, 3), Self.host(ipv6, 4)]),
            ], farms: [farm])
        let passing = { try (2...4).filter { try lab.passes(Self.host(ipv6, $0), service) } }
        #expect(try passing() == [2, 3])
        try daemon.set("f", ["verdict": ["log", "drop"]])
        #expect(try passing() == [2])
        try daemon.set("f", ["verdict": ["log", "accept"]])
        #expect(try passing() == [2, 3, 4])
        let before = try daemon.hits("enemies")
        #expect(try passing() == [2, 3, 4])
        #expect(try daemon.hits("enemies") > before, "counted, and let through")
        // The verdict of an address is its own.
        let place: Declared.Object = [
            "name": "a", "family": ipv6 ? "ipv6" : "ipv4", "ip-addr": service.address, "ports": [80],
            "policies": [["name": "enemies"]],
        ]
        try daemon.apply(addresses: [place])
        #expect(try passing() == [2])
        try daemon.apply(addresses: [place.merging(["verdict": ["log"]]) { $1 }])
        #expect(try passing() == [2, 3, 4])
    }

    @Test("An address without a farm is guarded, pings too, and keeps its policies beside those of a farm")
    func addresses() throws {
        let (lab, service) = (try Self.lab(false, clients: 3...5), Self.service(false))
        try lab.balancer.ip("address add \(service.address)/32 dev lo")
        let daemon = try Daemon(on: lab)
        let place: Declared.Object = ["name": "a", "ip-addr": service.address, "protocol": "all"]
        try daemon.apply(
            policies: [
                Self.policy("all", "blacklist", ipv6: false, [Self.host(false, 3)]),
                Self.policy("farm", "blacklist", ipv6: false, [Self.host(false, 4)]),
            ], addresses: [place])
        let pings = { try (2...5).filter { try lab.pings(service.address, from: Self.host(false, $0)) } }
        #expect(try pings() == [2, 3, 4, 5])
        #expect(try !lab.hasChain("policies"), "nobody is guarded")
        try daemon.apply(addresses: [["name": "a", "policies": [["name": "all"]]]])
        #expect(try lab.hasChain("policies"))
        #expect(try pings() == [2, 4, 5])
        try daemon.apply(farms: [Self.farm(service, ["farm"])])
        let passing = { try (2...5).filter { try lab.passes(Self.host(false, $0), service) } }
        #expect(try passing() == [2, 5])
        #expect(try pings() == [2, 4, 5], "the farm's policies concern its service")
        try daemon.delete("/farms/f")
        #expect(try pings() == [2, 4, 5])
        try daemon.delete("/addresses/a/policies/all")
        #expect(try pings() == [2, 3, 4, 5])
    }

    @Test("Two addresses that guard the same are refused")
    func contested() throws {
        let lab = try Self.lab(false, clients: 3...3)
        let daemon = try Daemon(on: lab)
        try daemon.apply(policies: [Self.policy("p", "blacklist", ipv6: false, ["10.9.1.3"])])
        let place: Declared.Object = ["ip-addr": "192.0.2.10", "ports": [80], "policies": [["name": "p"]]]
        let error = try #require(throws: RemoteError.self) {
            try daemon.apply(addresses: ["a", "b"].map { name in place.merging(["name": name]) { $1 } })
        }
        #expect(error.path == "/addresses/b")
    }

    @Test("A policy may look at the destination")
    func destinations() throws {
        let lab = try Self.lab(false, clients: 3...3)
        let daemon = try Daemon(on: lab)
        let (first, second) = (Endpoint("192.0.2.10", 80), Endpoint("192.0.2.11", 80))
        try daemon.apply(
            policies: [["name": "closed", "route": "out", "elements": [["data": "192.0.2.11"]]]],
            farms: [
                Declared.farm(
                    "f", at: first, backends: Declared.backends(1...2),
                    [
                        "policies": [["name": "closed"]],
                        "addresses": [Declared.address("1", at: first), Declared.address("2", at: second)],
                    ])
            ])
        #expect(try lab.passes("10.9.1.3", first))
        #expect(try !lab.passes("10.9.1.3", second))
    }

    @Test("An element cuts an established connection at once, and opens it again", arguments: [false, true])
    func established(ipv6: Bool) throws {
        let (lab, service) = (try Self.lab(ipv6, clients: 3...3), Self.service(ipv6))
        let daemon = try Daemon(on: lab)
        try daemon.apply(
            policies: [Self.policy("p", "blacklist", ipv6: ipv6, [])], farms: [Self.farm(service, ["p"], over: "udp")])
        let source = Endpoint(Self.host(ipv6, 3), 0)
        let conversation = try lab.client.inside {
            try Conversation(.udp, service, from: source, timeLimit: 250)
        }
        let answer = try conversation.ask()
        try daemon.apply(policies: [Self.policy("p", "blacklist", ipv6: ipv6, [source.address])])
        #expect(throws: ConversationFailure.self) { try conversation.ask() }
        try daemon.delete("/policies/p/elements/\(source.address)")
        #expect(try conversation.ask() == answer)
    }

    @Test("Hits are counted exactly, fragments as the packet that they are", arguments: [false, true])
    func counters(ipv6: Bool) throws {
        let (lab, service) = (try Self.lab(ipv6, clients: 3...3), Self.service(ipv6))
        let daemon = try Daemon(on: lab)
        try daemon.apply(
            policies: [Self.policy("p", "blacklist", ipv6: ipv6, [Self.host(ipv6, 3)])],
            farms: [Self.farm(service, ["p"], over: "udp")])
        let space = lab.client
        // Ten datagrams of 2 bytes, one of 3,000 in fragments; and one of 3,000 that passes.
        try space.inside {
            let refused = try Conversation(.udp, service, from: Endpoint(Self.host(ipv6, 3), 0), timeLimit: 30)
            for _ in 0..<10 { #expect(throws: ConversationFailure.self) { try refused.ask() } }
            #expect(throws: ConversationFailure.self) { try refused.ask(padding: 2998) }
            let welcome = try Conversation(.udp, service, from: Endpoint(Self.host(ipv6, 2), 0))
            _ = try welcome.ask(padding: 2998)
        }
        let header = ipv6 ? 48 : 28
        let figures = try daemon.figures("p")
        #expect(figures["packets"].integer == 11)
        #expect(figures["bytes"].integer == 10 * (header + 2) + header + 3000)
        #expect(figures["elements"].integer == 1)
        // They survive a restart, and go with the policy.
        daemon.kill()
        try daemon.start()
        #expect(try daemon.hits("p") == 11)
        try daemon.delete("/farms/f")
        try daemon.delete("/policies/p")
        #expect(try daemon.remote().call("statistics.get")["policies"].array.isEmpty)
    }

    @Test("An element with a time ends by itself, whether or not the daemon runs meanwhile (defect 8.4.6)")
    func times() throws {
        let (lab, service) = (try Self.lab(false, clients: 3...4), Self.service(false))
        let daemon = try Daemon(on: lab)
        try daemon.apply(
            policies: [
                ["name": "p", "timeout": 4, "elements": [["data": "10.9.1.3", "time": 1], ["data": "10.9.1.4"]]]
            ], farms: [Self.farm(service, ["p"])])
        let passing = { try (2...4).filter { try lab.passes(Self.host(false, $0), service) } }
        #expect(try passing() == [2])
        try waitUntil("the first element has ended") { try passing() == [2, 3] }
        #expect(try !daemon.configuration().contains("10.9.1.3"))
        daemon.kill()
        #expect(
            try passing() == [2, 3], "what is left of the time goes on, and the element stays until somebody looks")
        sleep(4)
        try daemon.start()
        try waitUntil("the second has ended while nobody looked") { try passing() == [2, 3, 4] }
        #expect(try !daemon.configuration().contains("10.9.1.4"))
    }
}

/// Waits some seconds for something that becomes true by itself.
private func waitUntil(_ what: Comment, _ condition: () throws -> Bool) throws {
    for _ in 0..<40 {
        if try condition() { return }
        usleep(100_000)
    }
    Issue.record(what)
}

extension Lab {
    /// Whether the balancer's IPv4 table has a chain.
    func hasChain(_ name: String) throws -> Bool {
        try balancer.check("nft", "list", "table", "ip", "nftlb").contains("chain \(name) {")
    }

    /// Whether an echo request is answered.
    func pings(_ address: String, from source: String) throws -> Bool {
        try client.start(["ping", "-c1", "-W1", "-I", source, address]).end().status == 0
    }

    /// Whether a source gets an answer.
    func passes(_ source: String, _ service: Endpoint, udp: Bool = false) throws -> Bool {
        try client.inside {
            do {
                _ = try Conversation(udp ? .udp : .tcp, service, from: Endpoint(source, 0), timeLimit: 250).ask()
                return true
            } catch is ConversationFailure { return false }
        }
    }
}

extension Daemon {
    /// What `statistics.get` says of a policy.
    func figures(_ policy: String) throws -> Reply {
        let all = try remote().call("statistics.get")["policies"].array
        return try #require(all.first { $0["name"].string == policy })
    }

    /// Packets that a policy knew.
    func hits(_ policy: String) throws -> Int { try #require(try figures(policy)["packets"].integer) }

    /// Applies policies, addresses and farms; gives the revision.
    @discardableResult
    func apply(
        policies: [Declared.Object] = [], addresses: [Declared.Object] = [], farms: [Declared.Object] = [],
        mode: String = "merge"
    ) throws -> Int {
        let document: Declared.Object = ["policies": policies, "addresses": addresses, "farms": farms]
        return try remote().call("configuration.apply", ["configuration": document, "mode": mode])["revision"].integer
            ?? -1
    }
}
