// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Testing

@Suite("systemd")
struct SystemdTests {
    static let runner = ProcessInfo.processInfo.environment["NFTLB_TESTVM"]

    /// Sockets, activation, READY, roles, kill -9, stop: see guest.sh beside this file.
    @Test(
        "The units do what they promise in a real systemd",
        .enabled(if: runner?.isEmpty == false, "NFTLB_TESTVM is unset"))
    func units() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
        let process = Process()
        process.executableURL = root.appending(path: "Packaging/scripts/systemd.sh")
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text)")
    }
}
