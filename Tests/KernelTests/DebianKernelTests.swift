// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import TestMachine
import Testing

/// Some of these tests on the kernels of Debian 12 and 13, in machines of their own (`make kernels` has all of them).
@Suite("On Debian's kernels", .serialized)
struct DebianKernelTests {
    @Test(
        "What is claimed of the kernel, real packets in every mode, changes under load, VLANs",
        .enabled(if: TestMachine.isAvailable, "\(TestMachine.absence)"), .timeLimit(.minutes(20)),
        arguments: [(TestMachine.Suite.bookworm, "6.1."), (.trixie, "6.12.")])
    func kernels(suite: TestMachine.Suite, version: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
        let tests = #"^KernelTests\.(ChangeTests|ContractTests|DatapathTests)|WayTests/tagged|IngressTests/mixed"#
        let (status, output) = try TestMachine.run(
            script: root.appending(path: "Packaging/scripts/kernels.sh"), [tests, suite.rawValue])
        #expect(status == 0, "\(output)")
        #expect(output.contains(/Test run with [0-9]{2,} tests/), "\(output)")
        #expect(output.contains("Linux \(version)") && output.contains("kernels: \(suite.rawValue) ok"), "\(output)")
    }
}
