// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Testing

@Suite("Demonstration", .requiresKernel, .serialized)
struct DemonstrationTests {
    static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Packaging/demo/demo.sh").path

    @Test("make run's demonstration ends with 0 in less than a minute, and leaves nothing behind")
    func demonstration() throws {
        let output = try Program.run("bash", Self.script, Programs.folder.path, within: 60)
        #expect(output.status == 0, "\(output.out)\n\(output.err)")
        #expect(output.out.contains("0 failed"))
        try Self.expectNothingLeft(output)
    }

    @Test("Without its programs it fails, and leaves nothing behind")
    func broken() throws {
        let output = try Program.run("bash", Self.script, "/nonexistent", within: 60)
        #expect(output.status == 1)
        #expect(try Program.run("bash", Self.script, "/tmp", within: 60).status == 1)
        try Self.expectNothingLeft(output)
    }

    private static func expectNothingLeft(_ output: Output) throws {
        let spaces = try Program.run("ip", "netns", "list").out
        #expect(spaces.contains("-balancer") == false, "\(spaces)")
        let left = try FileManager.default.contentsOfDirectory(atPath: "/tmp").filter { $0.hasPrefix("nftlb-demo.") }
        #expect(left.isEmpty, "\(left)")
    }
}
