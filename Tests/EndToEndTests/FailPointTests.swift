// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import Foundation
import Namespaces
import Testing

/// The daemon dies or fails between any two steps of a change: afterwards the kernel is what the file says, and the file has
/// every change that was answered.
@Suite("Fail points", .requiresKernel, .serialized)
struct FailPointTests {
    static let service = Endpoint("192.0.2.1", 80)

    /// Changes of each kind: elements only, a new shape, a sweep.
    static let changes: [(name: String, make: @Sendable (Daemon) throws -> Void)] = [
        ("weight", { try $0.set("f", "b1", ["weight": 3]) }),
        (
            "new farm",
            { try $0.apply(farms: [Declared.farm("g", at: Endpoint("192.0.2.2", 80), backends: Declared.backends())]) }
        ),
        (
            "new shape",
            { try $0.set("f", ["scheduler": "hash", "sched-param": ["srcip"]]) }
        ),
        ("backend gone", { try $0.delete("/farms/f/backends/b2") }),
        (
            "new family",
            {
                try $0.apply(farms: [
                    Declared.farm("six", at: Endpoint("2001:db8::1", 80), backends: Declared.backends(ipv6: true))
                ])
            }
        ),
        ("farm gone", { try $0.delete("/farms/g") }),
    ]

    @Test("Killed there: the file is the truth after the start", arguments: FailPoint.allCases)
    func killed(point: FailPoint) throws {
        try run(point, effect: "kill")
    }

    @Test("Failed there: the daemon lives, and kernel and file agree", arguments: FailPoint.allCases)
    func failed(point: FailPoint) throws {
        try run(point, effect: "error")
    }

    private func run(_ point: FailPoint, effect: String) throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm("f", at: Self.service, scheduler: "weight", backends: Declared.backends())
        ])
        let load = lab.load([Self.service], clients: 1)
        for (name, change) in Self.changes {
            let before = try daemon.configuration()
            daemon.stop()
            var acknowledged = false
            do {
                try daemon.start(environment: ["NFTLB_FAIL_POINT": "\(point.rawValue):\(effect)"])
                try change(daemon)
                acknowledged = true
            } catch {}
            // What kills may do so after the answer; what does not must serve on.
            usleep(50_000)
            if daemon.isRunning == false { daemon.ended() } else { daemon.stop() }
            try daemon.start()
            let after = try daemon.configuration()
            if acknowledged { #expect(after != before, "\(point) \(effect) \(name): an acknowledged change is gone") }
            try Self.expectKernelIsFile(lab, daemon, "\(point) \(effect) \(name)")
            // The next change is made on top, whatever became of this one.
            if after == before { try change(daemon) }
        }
        load.expectNoFailure(atLeast: 50)
    }

    /// Takes our tables away and starts again: what the daemon builds from its file alone must be what was there.
    static func expectKernelIsFile(
        _ lab: Lab, _ daemon: Daemon, _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let found = try lab.balancer.elements()
        let mirror = try Lab.mirror(daemon)
        #expect(found == mirror, comment, sourceLocation: sourceLocation)
    }
}

extension Lab {
    /// The elements that a copy of a daemon's state gives in an empty kernel.
    static func mirror(_ daemon: Daemon) throws -> [String] {
        let space = try NetworkNamespace()
        let folder = daemon.folder.appending(path: "mirror")
        try? FileManager.default.removeItem(at: folder)
        let copy = try Daemon(in: space, folder: folder)
        daemon.stop()
        try FileManager.default.removeItem(atPath: copy.state)
        try FileManager.default.copyItem(atPath: daemon.state, toPath: copy.state)
        try daemon.start()
        try copy.start()
        defer { copy.stop() }
        return try space.elements()
    }
}
