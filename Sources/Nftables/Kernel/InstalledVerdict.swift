// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Where an element of a verdict map leads, as the kernel tells it: other programs may have put there what nothing of ours says.
public struct InstalledVerdict: Sendable, Hashable {
    /// The kernel's number (<linux/netfilter.h>, <linux/netfilter/nf_tables.h>).
    public var code: Int32
    /// The chain of a jump or goto.
    public var chain: String?

    /// A verdict as it was read.
    public init(code: Int32, chain: String?) {
        self.code = code
        self.chain = chain
    }

    /// What the kernel makes of a verdict.
    public init(_ verdict: Verdict) {
        let code: Int32 =
            switch verdict {
            case .drop: 0
            case .accept: 1
            case .jump: -3
            case .goto: -4
            case .return: -5
            }
        self.init(code: code, chain: verdict.chain)
    }
}
