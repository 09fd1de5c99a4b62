// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// Other programs change our tables behind the daemon's back: it notices, corrects them and says who it was. What others do
/// to their own tables is none of its business.
@Suite("Drift", .requiresKernel, .serialized)
struct DriftTests {
    static let services = [Endpoint("192.0.2.1", 80), Endpoint("2001:db8::1", 80)]

    static let disturbances: [(name: String, script: String)] = [
        ("the whole ruleset flushed", "flush ruleset"),
        ("a table deleted", "delete table ip nftlb"),
        ("a chain emptied", "flush chain ip nftlb prerouting"),
        ("a shape's chain emptied", "flush chain ip6 nftlb SHAPE"),
        ("a rule put in front", "insert rule ip nftlb prerouting tcp dport 80 drop"),
        (
            "a chain with a hook of its own",
            "add chain ip nftlb stranger { type filter hook prerouting priority -300; policy drop; }"
        ),
        (
            "a verdict map of others, with chains",
            """
            add map ip nftlb strange { type ipv4_addr : verdict; }
            add chain ip nftlb strange-1
            add element ip nftlb strange { 10.9.9.9 : goto strange-1, 10.9.8.7 : drop }
            add chain ip nftlb stranger { type filter hook prerouting priority -300; policy drop; }
            add rule ip nftlb stranger ip saddr vmap @strange
            """
        ),
        ("a table put to sleep", "add table ip nftlb { flags dormant ; }"),
        (
            "a shape let through",
            """
            delete element ip nftlb shapes { 0x00010000 }
            add element ip nftlb shapes { 0x00010000 : accept }
            """
        ),
        ("shapes of others", "add element ip nftlb shapes { 0x00020000 : drop, 0x00030000 : accept }"),
        ("a map emptied", "flush map ip nftlb services\nflush set ip6 nftlb usable"),
        (
            "elements for all keys",
            """
            add element ip nftlb usable { * }
            add element ip nftlb services { * : 1:1 }
            add element ip nftlb shapes { * : drop }
            add element ip6 nftlb slots { * : 1 }
            """
        ),
        ("slots deleted", "flush map ip nftlb slots"),
        ("an element put in", "add element ip nftlb to-addr { 0x7777 : 10.9.11.9 }"),
        (
            "an element changed",
            """
            delete element ip nftlb to-port { 0x80000001 }
            add element ip nftlb to-port { 0x80000001 : 10.9.11.9 . 9 }
            """
        ),
    ]

    private func start() throws -> (lab: Lab, daemon: Daemon) {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm("four", at: Self.services[0], backends: Declared.backends()),
            Declared.farm("six", at: Self.services[1], scheduler: "weight", backends: Declared.backends(ipv6: true)),
        ])
        return (lab, daemon)
    }

    @Test("What others do to our tables is undone, and the log says who it was", arguments: disturbances.indices)
    func corrected(index: Int) throws {
        let (name, template) = Self.disturbances[index]
        let (lab, daemon) = try start()
        let elements = try lab.balancer.elements()
        let rules = try lab.balancer.rules()
        let held = try Self.services.map { try lab.hold($0) }
        let shape = try #require(try lab.balancer.shapes("ip6").first)
        try lab.balancer.nft(template.replacingOccurrences(of: "SHAPE", with: shape))
        try expect(within: 20, name) { daemon.log.contains("changed our tables") }
        try expect(within: 20, name) { try lab.balancer.elements().map(\.withoutShape) == elements.map(\.withoutShape) }
        try expect(within: 20, name) { try lab.balancer.rules() == rules }
        #expect(daemon.log.contains("nft (process "), "\(name): \(daemon.log)")
        for service in Self.services {
            let spread = try lab.spread(30, to: service)
            #expect(Set(spread.keys) == ["b1", "b2", "b3"], "\(name)")
        }
        // Connections are the kernel's: they outlive even the tables.
        for one in held { one.expectAlive("\(name)") }
        #expect(daemon.isRunning)
    }

    @Test("What others do just before a change that writes rules is not taken for ours", arguments: [0, 20, 60])
    func besideChange(milliseconds: UInt32) throws {
        let (lab, daemon) = try start()
        let rules = try lab.balancer.rules()
        try lab.balancer.nft("insert rule ip nftlb prerouting tcp dport 80 drop")
        usleep(milliseconds * 1000)
        try daemon.set("six", ["new-rtlimit": "30001/second"])
        try expect(within: 20, "noticed") { daemon.log.contains("changed our tables") }
        try expect(within: 20, "corrected") {
            try lab.balancer.rules().contains { $0.contains("dport 80 drop") } == false
        }
        #expect(try Set(rules).subtracting(lab.balancer.rules()).isEmpty)
        for service in Self.services { #expect(try lab.spread(30, to: service).count == 3) }
    }

    @Test("A table of our name where we have none is left alone: others are corrected, and nothing is written into it")
    func strangerOfOurName() throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [Declared.farm("four", at: Self.services[0], backends: Declared.backends())])
        try lab.balancer.nft("add table ip6 nftlb")
        let listing = try lab.balancer.listing("ip6", "nftlb")
        try lab.balancer.nft("flush map ip nftlb services")
        try expect(within: 20, "noticed") { daemon.log.contains("changed our tables") }
        #expect(try lab.spread(9, to: Self.services[0]).count == 3)
        let before = try daemon.configuration()
        let six = Declared.farm("six", at: Self.services[1], backends: Declared.backends(ipv6: true))
        let refused = try daemon.control("config", "apply", "-f", "-", input: try StartTests.document([six]))
        #expect(refused.status == 9 && refused.err.contains("create table ip6 nftlb"), "\(refused)")
        #expect(try daemon.configuration() == before)
        #expect(try lab.balancer.listing("ip6", "nftlb") == listing)
        try lab.balancer.nft("delete table ip6 nftlb")
        try daemon.apply(farms: [six])
        for service in Self.services { #expect(try lab.spread(30, to: service).count == 3) }
    }

    @Test("Busy tables of others, and changes of our own, raise no alarm and make no work")
    func quiet() throws {
        let (lab, daemon) = try start()
        let generation = try lab.balancer.generation()
        try lab.balancer.nft("table inet others {\n map m { type ipv4_addr : mark; }\n chain c { accept\n }\n }")
        for round in 0..<20 {
            let elements = (0..<50).map { "10.0.\(round).\($0) : \($0)" }.joined(separator: ", ")
            try lab.balancer.nft("add element inet others m { \(elements) }")
        }
        for weight in 2..<10 { try daemon.set("four", "b1", ["weight": weight]) }
        try daemon.set("four", ["scheduler": "hash", "sched-param": ["srcip"]])
        usleep(500_000)
        #expect(!daemon.log.contains("changed our tables"), "\(daemon.log)")
        // 21 commits of theirs, two of ours for each of nine changes at most, and the new shape: nothing else was written.
        let commits = try lab.balancer.generation() - generation
        #expect(commits <= 21 + 9 * 3 + 4)
    }

    @Test("A program that never gives up is answered less and less often, and the log says so")
    func fight() throws {
        let (lab, daemon) = try start()
        for _ in 0..<200 where !daemon.log.contains("keeps changing our tables") {
            try lab.balancer.nft("add element ip nftlb to-addr { 0x7777 : 10.9.11.9 }")
            usleep(100_000)
        }
        #expect(daemon.log.contains("keeps changing our tables"))
        let corrections = daemon.log.components(separatedBy: "changed our tables;").count - 1
        #expect(corrections <= 9, "\(corrections)")
        // Changes go on meanwhile.
        try daemon.set("four", "b1", ["weight": 3])
        for service in Self.services { #expect(try lab.spread(30, to: service).count == 3) }
    }

    private func expect(
        within seconds: Double, _ comment: String, sourceLocation: SourceLocation = #_sourceLocation,
        _ condition: () throws -> Bool
    ) throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while try !condition() {
            guard Date() < deadline else {
                Issue.record("\(comment): not within \(seconds) seconds", sourceLocation: sourceLocation)
                return
            }
            usleep(20_000)
        }
    }
}

extension String {
    /// A shape's chain that was written anew has another name.
    fileprivate var withoutShape: String {
        replacingOccurrences(of: "-> s-[^ ]*", with: "-> shape", options: .regularExpression)
    }
}

extension NetworkNamespace {
    /// The rules and hooks of our tables, of shapes without their names.
    fileprivate func rules() throws -> [String] {
        var lines: [String] = []
        for table in try tables() where table.hasSuffix(" nftlb") {
            let family = String(table.split(separator: " ")[0])
            var chain: String?
            for line in try listing(family, "nftlb").split(separator: "\n") {
                if line.hasPrefix("\tchain ") { chain = String(line.split(separator: " ")[1]) }
                if let chain {
                    let name = chain.hasPrefix("s-") ? "shape" : chain
                    lines.append("\(family) \(name)\(line.replacingOccurrences(of: chain, with: name))")
                }
                if line == "\t}" { chain = nil }
            }
        }
        return lines.sorted()
    }

    fileprivate func shapes(_ family: String) throws -> [String] {
        try listing(family, "nftlb").split(separator: "\n").filter { $0.hasPrefix("\tchain s-") }
            .map { String($0.split(separator: " ")[1]) }
    }
}
