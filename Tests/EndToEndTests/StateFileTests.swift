// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// A state that cannot be taken as it is: whatever it is, the rules stay and traffic flows.
@Suite("The file of the state", .requiresKernel, .serialized)
struct StateFileTests {
    static let service = Endpoint("192.0.2.1", 80)

    private func start() throws -> (lab: Lab, daemon: Daemon) {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm("f", at: Self.service, scheduler: "weight", backends: Declared.backends())
        ])
        return (lab, daemon)
    }

    private func write(_ bytes: [UInt8], at offset: UInt64, of daemon: Daemon) throws {
        let file = try #require(FileHandle(forUpdatingAtPath: "\(daemon.state)/nftlb.db"))
        try file.seek(toOffset: offset)
        try file.write(contentsOf: Data(bytes))
        try file.close()
    }

    @Test("Of a newer format: the daemon says so and ends, and touches neither the file nor the rules")
    func newer() throws {
        let (lab, daemon) = try start()
        daemon.stop()
        // `user_version` (SQLite's fileformat2, section 1.3).
        try write([0, 0, 0, 99], at: 60, of: daemon)
        let file = try Data(contentsOf: URL(filePath: "\(daemon.state)/nftlb.db"))
        let before = try (lab.balancer.generation(), lab.balancer.elements())
        for options in [[], ["--once"], ["--restore"]] {
            let output = try daemon.run(options)
            #expect(output.status == 1)
            #expect(output.err.contains("format 99"), "\(output.err)")
        }
        #expect(try lab.balancer.generation() == before.0)
        #expect(try lab.balancer.elements() == before.1)
        #expect(try Data(contentsOf: URL(filePath: "\(daemon.state)/nftlb.db")) == file)
        #expect(try lab.spread(30, to: Self.service).count == 3)
    }

    @Test("Damaged: the rules stay, changes are refused with the reason, and --restore goes on from the backup")
    func damaged() throws {
        let (lab, daemon) = try start()
        let load = lab.load([Self.service])
        let declared = try daemon.configuration()
        daemon.stop()
        try write([UInt8](repeating: 0xa5, count: 3 * 4096), at: 4096, of: daemon)
        let before = try (lab.balancer.generation(), lab.balancer.elements())

        try daemon.launch()
        try daemon.waitUntil("degraded")
        let refusal = try daemon.refusal(of: [["name": "g"]])
        #expect(refusal?.kind == "storage", "\(refusal.debugDescription)")
        let status = try daemon.remote().call("status.get")
        #expect(status["reason"].string?.contains("damaged") == true, "\(status)")
        // Nothing is known, which is not that there is nothing: somebody would apply it.
        for words in [["config", "get"], ["farm", "get", "f"], ["explain", "tcp", "192.0.2.7:1", "192.0.2.1:80"]] {
            let answer = try Program([Programs.path("nftlbctl"), "--socket", daemon.socket] + words).end()
            #expect(answer.status == 1 && answer.err.contains("damaged"), "\(words) \(answer)")
        }
        #expect(daemon.stop() == 0)
        #expect(try lab.balancer.generation() == before.0)
        #expect(try lab.balancer.elements() == before.1)

        try daemon.start(["--restore"])
        #expect(daemon.log.contains("took the place of a damaged"), "\(daemon.log)")
        #expect(try daemon.configuration() == declared)
        #expect(try lab.balancer.generation() == before.0, "it says what the kernel holds")
        try daemon.set("f", "b1", ["weight": 2])
        // What is sound is left alone.
        daemon.stop()
        let changed = try lab.balancer.elements()
        try daemon.start(["--restore"])
        #expect(try lab.balancer.elements() == changed)
        load.expectNoFailure()
    }

    @Test("Damaged: a whole configuration takes its place, over the socket or from a file, and nobody notices")
    func applied() throws {
        let (lab, daemon) = try start()
        let load = lab.load([Self.service])
        let held = try (0..<6).map { _ in try lab.hold(Self.service) }
        let farms = [Declared.farm("f", at: Self.service, scheduler: "weight", backends: Declared.backends())]
        for round in 0..<2 {
            daemon.stop()
            try write([UInt8](repeating: 0xa5, count: 3 * 4096), at: 4096, of: daemon)
            if round == 0 {
                try daemon.launch()
                try daemon.waitUntil("degraded")
                try daemon.remote().call(
                    "configuration.apply", ["configuration": ["farms": farms], "mode": "replace"])
                #expect(try daemon.remote().call("status.get")["state"].string == "ready")
            } else {
                let file = lab.folder.appending(path: "whole.json")
                try JSONSerialization.data(withJSONObject: ["farms": farms]).write(to: file)
                try daemon.start(["--configuration", file.path])
            }
            try daemon.set("f", "b1", ["weight": 2 + round])
            try FailPointTests.expectKernelIsFile(lab, daemon, "round \(round)")
        }
        #expect(FileManager.default.fileExists(atPath: "\(daemon.state)/nftlb.db.damaged"))
        load.expectNoFailure(atLeast: 20)
        for connection in held { connection.expectAlive() }
    }

    @Test("Damaged: where the new state gives other numbers than the old one, no service is without backends")
    func otherNumbers() throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        func farms(_ numbers: ClosedRange<Int>) -> [Declared.Object] {
            numbers.map {
                Declared.farm("f\($0)", at: Endpoint("192.0.2.1", UInt16($0)), backends: Declared.backends())
            }
        }
        try daemon.apply(farms: farms(1...40))
        for number in 1...10 {
            try daemon.remote().call("configuration.apply", ["changes": [["delete": "/farms/f\(number)"]]])
        }
        let rest = farms(11...40)
        let load = lab.load([11, 25, 40].map { Endpoint("192.0.2.1", $0) })
        for _ in 0..<3 {
            daemon.stop()
            try write([UInt8](repeating: 0xa5, count: 3 * 4096), at: 4096, of: daemon)
            try daemon.launch()
            try daemon.waitUntil("degraded")
            try daemon.remote().call("configuration.apply", ["configuration": ["farms": rest], "mode": "replace"])
            #expect(try daemon.remote().call("status.get")["state"].string == "ready")
        }
        load.expectNoFailure(atLeast: 20)
        try FailPointTests.expectKernelIsFile(lab, daemon, "at the end")
    }

    @Test("Damaged, and no backup: --restore says so and ends, and the rules stay")
    func withoutBackup() throws {
        let (lab, daemon) = try start()
        daemon.stop()
        try write([UInt8](repeating: 0xa5, count: 3 * 4096), at: 4096, of: daemon)
        try FileManager.default.removeItem(atPath: "\(daemon.state)/nftlb.db.backup")
        let output = try daemon.run(["--restore"])
        #expect(output.status == 1)
        #expect(output.err.contains("no backup"), "\(output.err)")
        #expect(try lab.spread(30, to: Self.service).count == 3)
        #expect(FileManager.default.fileExists(atPath: "\(daemon.state)/nftlb.db"))
    }
}

extension Daemon {
    /// Waits until `status.get` says so.
    func waitUntil(_ state: String, within seconds: Double = 60) throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while Date() < deadline, isRunning {
            if let remote = try? Remote(socket), let status = try? remote.call("status.get"),
                status["state"].string == state
            {
                return
            }
            usleep(5_000)
        }
        throw Unexpected(text: "nftlbd is not \(state): \(log)")
    }
}
