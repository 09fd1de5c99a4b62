// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import TestMachine
import Testing

/// The Debian package in a Debian with systemd: see guest.sh in Package/. The packages are built before the tests, by
/// Packaging/scripts/deb.sh --pair.
@Suite("Debian package", .serialized)
struct PackageTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        .standardizedFileURL

    @Test(
        "It installs, upgrades and downgrades under load, and goes without a trace",
        .enabled(if: TestMachine.isAvailable, "\(TestMachine.absence)"),
        arguments: [TestMachine.Suite.bookworm, .trixie])
    func life(suite: TestMachine.Suite) throws {
        let stage = FileManager.default.temporaryDirectory.appending(
            path: "nftlb-package-\(suite.rawValue)-\(getpid())")
        try FileManager.default.createDirectory(at: stage, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: stage) }
        let pair = Self.root.appending(path: "dist/pair")
        for (source, name) in [
            (pair.appending(path: "old.deb"), "old.deb"), (pair.appending(path: "new.deb"), "new.deb"),
            (Self.root.appending(path: "Tests/nftlbdTests/Package/guest.sh"), "guest.sh"),
            (Self.root.appending(path: "Tests/Support/Systemd/checks.sh"), "checks.sh"),
        ] {
            try FileManager.default.copyItem(at: source, to: stage.appending(path: name))
        }
        let (status, output) = try TestMachine(.container, suite).run(
            "bash \(stage.lastPathComponent)/guest.sh", input: stage)
        #expect(status == 0, "\(output)")
    }
}
