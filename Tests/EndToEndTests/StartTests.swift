// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// How the daemon begins and ends.
@Suite("Start", .requiresKernel, .serialized)
struct StartTests {
    static let service = Endpoint("192.0.2.1", 80)
    static var farm: Declared.Object {
        Declared.farm("f", at: service, scheduler: "weight", backends: Declared.backends())
    }

    static func file(_ lab: Lab, _ text: String, _ name: String = "farms.json") throws -> String {
        let path = lab.folder.appending(path: name)
        try Data(text.utf8).write(to: path)
        return path.path
    }

    static func document(_ farms: [Declared.Object]) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: ["farms": farms]), as: UTF8.self)
    }

    @Test("A start on an unchanged kernel changes nothing in it, after a stop and after a kill")
    func unchanged() throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Self.farm,
            Declared.farm("f6", at: Endpoint("2001:db8::1", 80), mode: "dnat", backends: Declared.backends(ipv6: true)),
        ])
        try daemon.set("f", "b2", ["state": "down"])
        for end in ["stop", "kill"] {
            if end == "stop" { daemon.stop() } else { daemon.kill() }
            let generation = try lab.balancer.generation()
            let elements = try lab.balancer.elements()
            try daemon.start()
            _ = try daemon.configuration()
            #expect(try lab.balancer.generation() == generation, "\(end)")
            #expect(try lab.balancer.elements() == elements, "\(end)")
        }
    }

    @Test("What somebody else broke meanwhile is repaired, by the difference alone (defect 8.3.8)")
    func repaired() throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [Self.farm])
        let before = try lab.balancer.elements()
        let services = try #require(before.first { $0.hasPrefix("ip nftlb/services ") })
        daemon.stop()
        try lab.balancer.nft("flush map ip nftlb services")
        #expect(try lab.balancer.elements().contains(services) == false)
        try daemon.start()
        #expect(try lab.balancer.elements() == before)
        #expect(try lab.spread(61, to: Self.service).count == 3)

        daemon.stop()
        try lab.balancer.nft("delete table ip nftlb")
        try daemon.start()
        #expect(try lab.balancer.elements() == before)
        #expect(try lab.spread(61, to: Self.service).count == 3)
    }

    @Test("--once applies the file, ends with 0, and the rules stay")
    func once() throws {
        let lab = try Lab()
        let daemon = try Daemon(in: lab.balancer, folder: lab.folder)
        let file = try Self.file(lab, Self.document([Self.farm]))
        let output = try daemon.run(["--once", "--configuration", file])
        #expect(output.status == 0, "\(output.err)")
        #expect(try lab.spread(61, to: Self.service).count == 3)
        // It wrote the store as well: a daemon goes on from there and changes nothing.
        let generation = try lab.balancer.generation()
        try daemon.start()
        #expect(try lab.balancer.generation() == generation)
        #expect(try daemon.remote().call("configuration.get")["configuration"]["farms"][0]["name"].string == "f")
        daemon.stop()
        // Without a file: the stored state, also on an empty kernel.
        try lab.balancer.nft("flush ruleset")
        #expect(try daemon.run(["--once"]).status == 0)
        #expect(try lab.spread(61, to: Self.service).count == 3)
    }

    @Test("--configuration replaces the stored state when the file has changed, and only then")
    func configuration() throws {
        let lab = try Lab()
        let daemon = try Daemon(in: lab.balancer, folder: lab.folder)
        let file = try Self.file(lab, Self.document([Self.farm]))
        try daemon.start(["--configuration", file])
        #expect(try lab.spread(61, to: Self.service).count == 3)
        let other = Endpoint("192.0.2.2", 80)
        try daemon.apply(farms: [Declared.farm("g", at: other, backends: Declared.backends(1...1))])
        daemon.kill()
        try daemon.start(["--configuration", file])
        #expect(try lab.spread(1, to: other) == ["b1": 1], "an acknowledged change is not wiped by a restart")
        daemon.stop()
        _ = try Self.file(lab, try Self.document([Declared.farm("h", at: Endpoint("192.0.2.3", 80), backends: [])]))
        try daemon.start(["--configuration", file])
        let farms = try daemon.remote().call("configuration.get")["configuration"]["farms"].array
        #expect(farms.map { $0["name"].string } == ["h"])
        #expect(try lab.refusal(of: other) != nil)
    }

    @Test("--configuration reads the C program's dialect as well; a mixture is refused with both places")
    func legacy() throws {
        let lab = try Lab(backends: 2)
        let daemon = try Daemon(in: lab.balancer, folder: lab.folder)
        let text = """
            {"farms": [{"name": "old", "family": "ipv4", "virtual-addr": "192.0.2.1", "virtual-ports": "80",
            "mode": "snat", "protocol": "tcp", "scheduler": "rr", "state": "up", "backends": [
            {"name": "b1", "ip-addr": "10.9.11.2", "port": "8080", "weight": "1", "priority": "1", "state": "up"},
            {"name": "b2", "ip-addr": "10.9.12.2", "port": "8080", "weight": "1", "priority": "1", "state": "up"}]}]}
            """
        let file = try Self.file(lab, text)
        #expect(try daemon.run(["--check", "--configuration", file]).status == 0)
        try daemon.start(["--configuration", file])
        #expect(try lab.spread(61, to: Self.service).count == 2)
        daemon.stop()
        let mixed = try Self.file(
            lab, text.replacing("\"weight\": \"1\", \"priority\": \"1\"", with: "\"weight\": 1"), "mixed")
        let output = try daemon.run(["--check", "--configuration", mixed])
        #expect(output.status == 5)
        #expect(output.err.contains("port") && output.err.contains("weight"), "\(output.err)")
    }

    @Test(
        "A file that does not validate: status 5, and neither kernel nor store is touched",
        arguments: [
            "not json", #"{"farms": [{"name": "f", "unknown": 1}]}"#, #"{"farms": [{"name": "f", "mode": "magic"}]}"#,
            #"{"farms": [{"name": ""}]}"#,
        ])
    func refused(text: String) throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(in: lab.balancer, folder: lab.folder)
        let file = try Self.file(lab, text)
        for options in [["--check"], ["--once"], []] {
            let output = try daemon.run(options + ["--configuration", file])
            #expect(output.status == 5, "\(options) \(output.err)")
            #expect(output.err.isEmpty == false)
            #expect(try lab.balancer.tables() == [])
        }
    }

    @Test("--check needs neither root's rights on the kernel nor a store")
    func check() throws {
        let lab = try Lab(backends: 1)
        let file = try Self.file(lab, Self.document([Self.farm]))
        let output = try Program.run(
            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all",
            Programs.path("nftlbd"),
            "--check", "--configuration", file, "--state-directory", "/nonexistent")
        #expect(output.status == 0, "\(output.err)")
        #expect(try Program.run(Programs.path("nftlbd"), "--nonsense").status == 2)
        #expect(try Program.run(Programs.path("nftlbd"), "--version").status == 0)
        #expect(try Program.run(Programs.path("nftlbd"), "--help").out.contains("--adopt"))
    }

    @Test("Tables of another store: status 7 and nothing is touched; --adopt takes them over")
    func owners() throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [Self.farm])
        daemon.stop()
        let generation = try lab.balancer.generation()
        let folder = lab.folder.appending(path: "other")
        let other = try Daemon(in: lab.balancer, folder: folder)
        let refused = try other.run([])
        #expect(refused.status == 7, "\(refused.err)")
        #expect(try other.run(["--once"]).status == 7)
        #expect(try lab.balancer.generation() == generation)
        #expect(try lab.spread(61, to: Self.service).count == 3)
        try other.start(["--adopt"])
        #expect(try lab.refusal(of: Self.service) != nil, "the other store has no farm")
        try other.apply(farms: [Self.farm])
        #expect(try lab.spread(61, to: Self.service).count == 3)
        other.stop()
        #expect(try daemon.run([]).status == 7, "now they are the other's")
        let held = try lab.hold(Self.service)
        let third = try Daemon(in: lab.balancer, folder: lab.folder.appending(path: "third"))
        try third.start(["--adopt", "--configuration", Self.file(lab, Self.document([Self.farm]))])
        #expect(try lab.spread(61, to: Self.service).count == 3)
        held.expectAlive()
        #expect(third.log.components(separatedBy: "ready: ").count == 2, "\(third.log)")
        #expect(try other.run([]).status == 7)
    }

    @Test("A store or a socket in use: status 7, and the first daemon does not notice")
    func inUse() throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [Self.farm])
        #expect(try daemon.run([]).status == 7)
        let elsewhere = try Daemon(in: lab.balancer, folder: lab.folder.appending(path: "sockets"))
        let sameStore = try lab.balancer.start([
            Programs.path("nftlbd"), "--socket", elsewhere.socket, "--read-only-socket", elsewhere.readOnlySocket,
            "--state-directory", daemon.state,
        ]).end()
        #expect(sameStore.status == 7, "\(sameStore.err)")
        #expect(try daemon.remote().call("service.info")["version"].string != nil)
        #expect(try lab.spread(61, to: Self.service).count == 3)
    }

    @Test("A stale socket file is replaced; a stop leaves status 0")
    func stale() throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(on: lab)
        daemon.kill()
        #expect(FileManager.default.fileExists(atPath: daemon.socket))
        try daemon.start()
        #expect(daemon.stop() == 0)
    }
}
