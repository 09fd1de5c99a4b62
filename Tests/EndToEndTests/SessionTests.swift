// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// What the kernel has learnt of clients: listed with what is left of its time, and forgotten on request.
@Suite("Learnt sessions", .requiresKernel, .serialized)
struct SessionTests {
    static let combinations: [(fields: [String], ipv6: Bool)] = [
        ["srcip"], ["srcip", "srcport"], ["srcmac"], ["srcip", "dstip", "srcport", "dstport"],
        ["srcip", "dstip", "dstport", "srcmac", "dstmac"],
        ["srcip", "dstip", "srcport", "dstport", "srcmac", "dstmac"],
    ].flatMap { fields in [(fields, false), (fields, true)] }

    @Test(
        "A session is listed as its client is written, and forgotten, also where its key is hashed",
        arguments: combinations)
    func listed(fields: [String], ipv6: Bool) throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        let service = Endpoint(ipv6 ? "2001:db8::1" : "192.0.2.1", 80)
        try daemon.apply(farms: [
            Declared.farm(
                "web", at: service, backends: Declared.backends(ipv6: ipv6),
                ["persistence": fields, "persist-ttl": 30])
        ])
        let connection = try lab.hold(service)
        let values = [
            "srcip": ipv6 ? Topology.clientAddress6 : Topology.clientAddress, "dstip": service.address,
            "srcport": "\(connection.conversation.local.port)", "dstport": "80",
            "srcmac": try Self.hardwareAddress(lab.client, "eth0"),
            "dstmac": try Self.hardwareAddress(lab.balancer, "client"),
        ]
        let client = fields.map { values[$0] ?? "" }.joined(separator: " . ")
        let sessions = try daemon.remote().call("sessions.list", ["farm": "web"])["sessions"].array
        #expect(sessions.count == 1)
        let dryRun = try daemon.control("session", "delete", "web", "--dry-run")
        #expect(dryRun.status == 0 && dryRun.out == "1 session would be forgotten\n", "\(dryRun.err)")
        #expect(try daemon.control("session", "delete", "web", client, "--dry-run").out == dryRun.out)
        #expect(sessions.first?["client"].string == client)
        #expect(sessions.first?["backend"].string == connection.answer.backend + (ipv6 ? "-6" : ""))
        #expect((1...30_000).contains(sessions.first?["remaining"].integer ?? 0))

        let none = try daemon.remote().call("sessions.delete", ["farm": "web", "client": Self.other(client)])
        #expect(none["deleted"].integer == 0)
        #expect(try daemon.control("session", "delete", "web", client).status == 0)
        #expect(try daemon.remote().call("sessions.list", ["farm": "web"])["sessions"].array.isEmpty)
        #expect(try daemon.control("session", "delete", "web", client).status == 4)
        // Nothing of it is left in the copies either.
        for set in try Self.sets(lab, ipv6, "sessions-") { #expect(set.contains("elements") == false, "\(set)") }
        connection.expectAlive()
    }

    @Test("An error about a connection is no sign of a client", arguments: [false, true])
    func errors(ipv6: Bool) throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        let service = Endpoint(ipv6 ? "2001:db8::1" : "192.0.2.1", 80)
        try daemon.apply(farms: [
            Declared.farm(
                "web", at: service, over: "udp", backends: Declared.backends(ipv6: ipv6),
                ["persistence": ["srcip", "srcport"]])
        ])
        let errors = "Icmp\(ipv6 ? "6" : "")OutDestUnreachs"
        func sent() throws -> Int {
            let lines = try lab.client.check("nstat", "-asz", errors).split(separator: "\n")
            return Int(lines.first { $0.hasPrefix(errors) }?.split(separator: " ").dropFirst().first ?? "") ?? 0
        }
        // Nobody is there any more when the answer comes, unless it was faster: the client's host says so.
        for _ in 0..<100 where try sent() == 0 {
            try lab.client.check(
                "python3", "-c",
                """
                import socket
                client = socket.socket(socket.AF_INET\(ipv6 ? "6" : ""), socket.SOCK_DGRAM)
                client.bind(("", 5557))
                client.sendto(b"question", ("\(service.address)", 80))
                client.close()
                """)
            usleep(50_000)
        }
        #expect(try sent() > 0)
        #expect(try daemon.sessions("web").count == 1)
    }

    @Test("Sessions of one backend and of a whole farm are forgotten, others stay")
    func parts() throws {
        let lab = try Lab()
        try lab.addClients()
        let daemon = try Daemon(on: lab)
        let farms = [1, 2].map { Endpoint("192.0.2.\($0)", 80) }
        try daemon.apply(
            farms: farms.enumerated().map { index, service in
                Declared.farm("f\(index)", at: service, backends: Declared.backends(), ["persistence": ["srcip"]])
            })
        let clients = Array(Lab.clients.prefix(9))
        for service in farms { _ = try lab.choices(of: clients, at: service) }
        #expect(try daemon.sessions("f0").count == 9)
        let ofFirst = try daemon.sessions("f0").filter { $0["backend"].string == "b1" }.count
        #expect(ofFirst == 3)
        let deleted = try daemon.remote().call("sessions.delete", ["farm": "f0", "backend": "b1"])
        #expect(deleted["deleted"].integer == ofFirst)
        #expect(try daemon.sessions("f0").count == 6)
        #expect(try daemon.sessions("f1").count == 9)
        #expect(try daemon.control("session", "delete", "f1").status == 0)
        #expect(try daemon.sessions("f1").isEmpty)
        #expect(try daemon.sessions("f0").count == 6)

        // Pages hold each session once.
        let page = try daemon.remote().call("sessions.list", ["farm": "f0", "limit": 4])
        #expect(page["sessions"].array.count == 4)
        let rest = try daemon.remote().call(
            "sessions.list", ["farm": "f0", "cursor": page["cursor"].string ?? ""])
        #expect(rest["sessions"].array.count == 2 && rest["cursor"].isMissing)
        let names = Set((page["sessions"].array + rest["sessions"].array).compactMap { $0["client"].string })
        #expect(names.count == 6)
    }

    @Test("What was learnt by other fields, or of a farm that is gone, is forgotten")
    func forgotten() throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        let services = [1, 2].map { Endpoint("192.0.2.\($0)", 80) }
        try daemon.apply(
            farms: services.enumerated().map { index, service in
                Declared.farm("f\(index)", at: service, backends: Declared.backends(), ["persistence": ["srcip"]])
            })
        for service in services { _ = try lab.hold(service) }
        let learnt = try #require(daemon.sessions("f0").first?["backend"].string)
        try daemon.delete("/farms/f0/backends/\(learnt)")
        try daemon.waitUntil { try daemon.sessions("f0").isEmpty }
        #expect(try daemon.sessions("f1").count == 1)
        _ = try lab.hold(services[0])
        try daemon.set("f0", ["persistence": ["srcip", "dstport"]])
        #expect(try daemon.sessions("f0").isEmpty)
        try daemon.waitUntil { try Self.sets(lab, false, "persist-srcip").first?.contains("0:1 . ") == false }
        #expect(try daemon.sessions("f1").count == 1)
        try daemon.delete("/farms/f1")
        try daemon.waitUntil { try Self.sets(lab, false, "persist-srcip").first?.contains("elements") == false }
    }

    @Test("Static sessions are listed first; a bad question is refused with its place")
    func statics() throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm(
                "web", at: Endpoint("192.0.2.1", 80), backends: Declared.backends(),
                ["persistence": ["srcip"], "sessions": [["client": "10.1.2.3", "backend": "b2"]]])
        ])
        _ = try lab.hold(Endpoint("192.0.2.1", 80))
        let sessions = try daemon.sessions("web")
        #expect(sessions.map { $0["static"].value as? Bool } == [true, false])
        #expect(sessions.first?["client"].string == "10.1.2.3")
        #expect(throws: RemoteError.self) { try daemon.sessions("none") }
        #expect(try daemon.control("session", "list", "none").status == 4)
        #expect(try daemon.control("session", "delete", "web", "10.1.2.3 . 80").status == 5)
        #expect(try daemon.control("session", "set", "web", "10.1.2.4", "b1").status == 0)
        #expect(try daemon.control("session", "delete", "web", "10.1.2.3").status == 0)
        #expect(try daemon.sessions("web").compactMap { $0["client"].string }.first == "10.1.2.4")
    }

    /// Another client of the same fields.
    static func other(_ client: String) -> String {
        client.hasPrefix("fd09")
            ? "fd09:1::99" + client.dropFirst(Topology.clientAddress6.count)
            : client.hasPrefix("10.")
                ? "10.9.1.99" + client.dropFirst(Topology.clientAddress.count)
                : "02:00:00:00:00:99"
    }

    static func hardwareAddress(_ space: NetworkNamespace, _ interface: String) throws -> String {
        let words = try space.check("ip", "-o", "link", "show", interface).split(separator: " ").map { String($0) }
        let index = try #require(words.firstIndex(of: "link/ether"))
        return words[index + 1]
    }

    /// The sets of a table whose names begin so, as nft lists them.
    static func sets(_ lab: Lab, _ ipv6: Bool, _ prefix: String) throws -> [String] {
        let listing = try lab.balancer.check("nft", "list", "table", ipv6 ? "ip6" : "ip", "nftlb")
        return listing.components(separatedBy: "\n\t}\n").filter {
            $0.contains("\tset \(prefix)") || $0.contains("\tmap \(prefix)")
        }
    }
}

extension Daemon {
    func sessions(_ farm: String) throws -> [Reply] {
        try remote().call("sessions.list", ["farm": farm])["sessions"].array
    }

    /// Waits for what happens soon.
    func waitUntil(
        within seconds: Double = 30, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool
    ) throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while try condition() == false {
            guard Date() < deadline else {
                Issue.record("it did not happen", sourceLocation: sourceLocation)
                return
            }
            usleep(20_000)
        }
    }
}
