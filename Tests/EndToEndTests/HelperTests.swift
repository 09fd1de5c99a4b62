// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// The program that writes chains and rules may be missing, fail or die: that change is refused, and nothing else.
@Suite("The helper", .requiresKernel, .serialized)
struct HelperTests {
    static let service = Endpoint("192.0.2.1", 80)

    @Test(
        "It ends badly, is killed or says nothing: the new shape is refused, known shapes go on",
        arguments: ["exit 1", "kill -SEGV $$", "exit 0", "echo nonsense >&2; exit 3"])
    func broken(body: String) throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [Declared.farm("f", at: Self.service, backends: Declared.backends())])
        daemon.stop()
        let helper = lab.folder.appending(path: "helper")
        try Data("#!/bin/sh\n\(body)\n".utf8).write(to: helper)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: helper.path)
        try daemon.start(["--nft-helper", helper.path])
        let before = try (daemon.configuration(), lab.balancer.elements())

        let hash: Declared.Object = ["scheduler": "hash", "sched-param": ["srcip"]]
        for farm in [
            hash.merging(["name": "f"]) { $1 },
            Declared.farm("six", at: Endpoint("2001:db8::1", 80), backends: Declared.backends(ipv6: true)),
        ] {
            let refusal = try daemon.refusal(of: [farm])
            #expect(refusal?.kind == "refused-by-kernel", "\(body): \(refusal.debugDescription)")
        }
        #expect(daemon.isRunning)
        #expect(try daemon.configuration() == before.0)
        #expect(try lab.balancer.elements() == before.1)

        try daemon.set("f", "b1", ["state": "down"])
        try daemon.apply(farms: [
            Declared.farm("g", at: Endpoint("192.0.2.2", 80), backends: Declared.backends())
        ])
        #expect(Set(try lab.spread(61, to: Self.service).keys) == ["b2", "b3"])
        #expect(try lab.spread(61, to: Endpoint("192.0.2.2", 80)).count == 3)
    }

    @Test("It is not there: the daemon says so and does not start")
    func missing() throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(in: lab.balancer, folder: lab.folder)
        let output = try daemon.run(["--nft-helper", "/nonexistent/nftlb-nft"])
        #expect(output.status == 1, "\(output.err)")
        #expect(output.err.contains("/nonexistent/nftlb-nft"))
    }
}
