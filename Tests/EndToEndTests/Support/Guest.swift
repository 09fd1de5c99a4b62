// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import TestMachine
import Testing

/// A script of `Guest/` in a machine of Debian's kernel, beside nftlbd.
enum Guest {
    /// Runs `NAME.sh`, which must succeed; gives what it wrote.
    static func run(_ name: String, files: [String]) throws -> String {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        // Programs that carry the Swift run time in themselves; test.sh has built them.
        let programs = tests.appending(path: "../../.build-deb/build/release").standardizedFileURL
        let stage = FileManager.default.temporaryDirectory.appending(
            path: "nftlb-\(name)-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: stage, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: stage) }
        for file in ["\(name).sh", "lab.sh", "network.sh"] + files {
            try FileManager.default.copyItem(
                at: tests.appending(path: "Guest/\(file)"), to: stage.appending(path: file))
        }
        for program in ["nftlbd", "nftlb-nft"] {
            // Stripped: the machine has little memory, and a copy takes its time there.
            try Program.check([
                "strip", "-o", stage.appending(path: program).path, programs.appending(path: program).path,
            ])
        }
        let (status, output) = try TestMachine(.virtual).run(
            "bash \(stage.lastPathComponent)/\(name).sh", input: stage)
        #expect(status == 0, "\(output)")
        return output
    }
}
