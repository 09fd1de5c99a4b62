// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import TestMachine
import Testing

/// SCTP needs a kernel that has it: a machine of Debian's kernel, made for this test. See Guest/sctp.sh.
@Suite("SCTP")
struct SCTPTests {
    @Test(
        "Associations are balanced over both families, and a sticky client on all ports stays",
        .enabled(if: TestMachine.isAvailable, "\(TestMachine.absence)"))
    func balanced() throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        // Programs that carry the Swift run time in themselves; test.sh has built them.
        let programs = tests.appending(path: "../../.build-deb/build/release").standardizedFileURL
        let stage = FileManager.default.temporaryDirectory.appending(path: "nftlb-sctp-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: stage, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: stage) }
        for file in ["sctp.sh", "sctp.json", "sctp.py"] {
            try FileManager.default.copyItem(
                at: tests.appending(path: "Guest/\(file)"), to: stage.appending(path: file))
        }
        for program in ["nftlbd", "nftlb-nft"] {
            // Stripped: the machine has little memory, and a copy takes its time there.
            try Program.check([
                "strip", "-o", stage.appending(path: program).path, programs.appending(path: program).path,
            ])
        }
        let (status, output) = try TestMachine(.virtual).run("bash \(stage.lastPathComponent)/sctp.sh", input: stage)
        #expect(status == 0, "\(output)")
        #expect(output.contains("192.0.2.1 one=10 two=10"), "\(output)")
        #expect(output.contains("2001:db8::1 one=10 two=10"), "\(output)")
        #expect(output.contains("192.0.2.2 one=4") || output.contains("192.0.2.2 two=4"), "\(output)")
    }
}
