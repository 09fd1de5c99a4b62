// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// What is said of a flow is what becomes of it.
@Suite("Explain", .requiresKernel, .serialized)
struct ExplainTests {
    /// Farms that choose in all ways, on addresses of the documentation's networks, with UDP and TCP.
    static func farms() -> [Declared.Object] {
        func farm(
            _ name: String, _ address: String, _ ports: [Any], _ scheduler: String = "rr", ipv6: Bool = false,
            _ more: Declared.Object = [:]
        ) -> Declared.Object {
            let addresses = ["tcp", "udp"].map { transport -> Declared.Object in
                [
                    "name": transport, "family": ipv6 ? "ipv6" : "ipv4", "ip-addr": address, "ports": ports,
                    "protocol": transport,
                ]
            }
            let own: Declared.Object = [
                "name": name, "scheduler": scheduler, "addresses": addresses,
                "backends": Declared.backends(1...3, ipv6: ipv6),
            ]
            return own.merging(more) { $1 }
        }
        return [
            farm("source", "192.0.2.1", [80], "hash", ["sched-param": ["srcip"]]),
            farm("flow", "192.0.2.2", [80, "1000-3000"], "hash", ["sched-param": ["srcip", "srcport", "dstport"]]),
            farm("ports", "192.0.2.3", [], "hash", ["sched-param": ["srcport", "dstport"]]),
            farm("exact", "192.0.2.3", [80], "maglev", ["sched-param": ["srcport"]]),
            farm(
                "six", "2001:db8::1", [80], "hash", ipv6: true,
                ["sched-param": ["srcip", "dstip", "srcport", "dstport"]]),
            farm("turns", "192.0.2.4", [80], "rr"),
            farm("lot", "192.0.2.5", [80], "weight"),
            farm("alone", "192.0.2.6", [80], "rr", ["backends": [Declared.backend(2)]]),
            farm("nobody", "192.0.2.7", [80], "rr", ["backends": [Declared.backend(2, ["state": "down"])]]),
            farm(
                "sticky", "192.0.2.8", [80], "hash",
                [
                    "sched-param": ["srcport"], "persistence": ["srcip"],
                    "sessions": [["client": "10.9.1.9", "backend": "b3"]],
                ]),
            farm("guarded", "192.0.2.9", [80], "hash", ["policies": [["name": "spam"]]]),
        ]
    }

    /// A flow that somebody asks about, and then sends.
    struct Question {
        var isUDP: Bool
        var source: Endpoint
        var service: Endpoint

        func text(_ endpoint: Endpoint) -> String {
            endpoint.isIPv6 ? "[\(endpoint.address)]:\(endpoint.port)" : "\(endpoint.address):\(endpoint.port)"
        }

        var parameters: [String: Any] {
            ["protocol": isUDP ? "udp" : "tcp", "source": text(source), "destination": text(service)]
        }
    }

    static func questions(_ count: Int) -> [Question] {
        var random = SystemRandomNumberGenerator()
        let services =
            (1...9).map { Endpoint("192.0.2.\($0)", 80) }
            + [
                Endpoint("192.0.2.2", 1000), Endpoint("192.0.2.2", 2222), Endpoint("192.0.2.3", 5353),
                Endpoint("2001:db8::1", 80),
            ]
        var used: Set<UInt16> = []
        return (0..<count).map { _ in
            let service = services.randomElement(using: &random)!
            // A port that no flow of this test had: what connection tracking knows is not judged again.
            var port: UInt16 = 0
            while !used.insert(port).inserted || port == 0 { port = .random(in: 1024...65535, using: &random) }
            let source = service.isIPv6 ? Topology.clientAddress6 : Lab.clients.randomElement(using: &random)!
            return Question(
                isUDP: Bool.random(using: &random), source: Endpoint(source, port), service: service)
        }
    }

    @Test("1,000 random flows are explained, then sent: the kernel agrees wherever the choice is certain")
    func agreement() throws {
        let lab = try Lab()
        try lab.addClients()
        let daemon = try Daemon(on: lab)
        let policies: [Declared.Object] = [
            ["name": "spam", "elements": [["data": "10.9.1.16-10.9.1.40"], ["data": "10.9.1.5"]]]
        ]
        try daemon.remote().call(
            "configuration.apply", ["configuration": ["farms": Self.farms(), "policies": policies]])
        let remote = try daemon.remote()
        var (certain, drawn, unanswered) = (0, 0, 0)
        for question in Self.questions(1000) {
            let said = try remote.call("flow.explain", question.parameters)
            let sent = try? lab.client.inside {
                try Conversation(
                    question.isUDP ? .udp : .tcp, question.service, from: question.source,
                    timeLimit: said["verdict"].string == "balanced" ? 2000 : 20
                ).ask()
            }
            switch said["verdict"].string {
            case "balanced":
                if let backend = said["backend"].string {
                    certain += 1
                    #expect(sent?.backend == String(backend.prefix(2)), "\(question): \(said.line)")
                    #expect(said["translation"]["destination"].string?.hasSuffix(":8080") ?? false)
                } else {
                    drawn += 1
                    let possible = said["distribution"].array.map { $0["backend"].string }
                    #expect(possible.count == 3 && possible.contains(sent?.backend), "\(question): \(said.line)")
                }
            case "dropped", "unserved":
                unanswered += 1
                #expect(sent == nil, "\(question): \(said.line)")
            default: Issue.record("\(question): \(said.line)")
            }
        }
        #expect(certain > 500 && drawn > 100 && unanswered > 50, "\(certain) \(drawn) \(unanswered)")
    }

    @Test("Sessions that the kernel has learnt, and connections that it knows, are asked for")
    func kernelState() throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: Self.farms().filter { ["sticky", "turns"].contains($0["name"] as? String) })
        let service = Endpoint("192.0.2.8", 80)
        let remote = try daemon.remote()
        func explain(_ port: UInt16, live: Bool = false) throws -> Reply {
            try remote.call(
                "flow.explain",
                [
                    "protocol": "tcp", "source": "\(Lab.clients[0]):\(port)", "destination": "192.0.2.8:80",
                    "live": live,
                ])
        }
        #expect(try explain(4000)["session"].isMissing)
        let held = try lab.hold(service)
        let home = held.answer.backend
        for port: UInt16 in [4000, 4001, 4002] {
            let said = try explain(port)
            #expect(said["session"]["backend"].string == home && said["session"]["static"].integer == 0)
            #expect(said["backend"].string == home, "\(said)")
        }
        let live = try explain(held.conversation.local.port, live: true)
        #expect(live["connection"]["backend"].string == home && live["connection"]["replied"].integer == 1, "\(live)")
        #expect(try explain(4000, live: true)["connection"].isMissing)
        // A session for a backend that is down is not followed.
        try daemon.set("sticky", home, ["state": "down"])
        let moved = try explain(4000)
        #expect(moved["session"].isMissing && moved["backend"].string != home)
    }

    @Test("nftlbctl says it to people and to programs")
    func commandLine() throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: Self.farms().filter { $0["name"] as? String == "alone" })
        let table = try daemon.control("explain", "tcp", "203.0.113.7:41234", "192.0.2.6:80", "--live")
        #expect(table.status == 0)
        for words in ["balanced", "alone", "b2", "masqueraded → \(Lab.ipv4(2)):8080", "in turn", "none"] {
            #expect(table.out.contains(words), "\(words): \(table.out)")
        }
        let json = try daemon.control("explain", "udp", "203.0.113.7:41234", "192.0.2.77:80", "--output", "json")
        #expect(json.status == 0 && json.out.contains("\"farm\":null,\"backend\":null"), "\(json.out)")
        for bad in [["tcp", "203.0.113.7", "192.0.2.6:80"], ["tcp", "2001:db8::7:5", "192.0.2.6:80"]] {
            #expect(try daemon.control("explain", bad[0], bad[1], bad[2]).status != 0)
        }
    }
}
