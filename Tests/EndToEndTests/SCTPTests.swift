// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import TestMachine
import Testing

/// SCTP needs a kernel that has it: a machine of Debian's kernel, made for this test. See Guest/sctp.sh.
@Suite("SCTP")
struct SCTPTests {
    @Test(
        "Associations are balanced over both families, and a sticky client on all ports stays",
        .enabled(if: TestMachine.isAvailable, "\(TestMachine.absence)"))
    func balanced() throws {
        let output = try Guest.run("sctp", files: ["sctp.json", "sctp.py"])
        #expect(output.contains("192.0.2.1 one=10 two=10"), "\(output)")
        #expect(output.contains("2001:db8::1 one=10 two=10"), "\(output)")
        #expect(output.contains("192.0.2.2 one=4") || output.contains("192.0.2.2 two=4"), "\(output)")
    }
}
