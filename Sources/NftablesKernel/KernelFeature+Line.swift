// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Glibc
import Nftables

/// What a kernel lacks is told by the line it refused. A missing module is ENOENT, something it never heard of EOPNOTSUPP, a
/// missing protocol family EAFNOSUPPORT.
extension KernelFeature {
    private static let words: [(word: String, feature: KernelFeature)] = [
        (" queue ", .queue),
        ("flowtable", .flowOffload),
        ("flow add", .flowOffload),
        ("ct helper", .helpers),
        (" fib ", .fib),
        (" jhash ", .hash),
        (" symhash ", .hash),
        (" numgen ", .numgen),
        (" masquerade", .masquerade),
        (" log ", .log),
        (" limit ", .limit),
        (" ct count ", .connectionLimit),
        (" fwd ", .forwarding),
        ("type nat", .natChains),
        (" snat ", .nat),
        (" dnat ", .nat),
        ("create table ip6 ", .ip6Tables),
        ("create table netdev ", .netdevTables),
    ]

    /// The feature that a refused line needs, nil when the refusal has another reason.
    static func missing(in line: some StringProtocol, errno: Int32) -> KernelFeature? {
        guard [ENOENT, EOPNOTSUPP, EAFNOSUPPORT, EPROTONOSUPPORT].contains(errno) else { return nil }
        // ENOENT is also what a missing set or chain gives: only rules and declarations need modules.
        guard
            line.hasPrefix("add rule ") || line.hasPrefix("add chain ") || line.hasPrefix("create table ")
                || line.hasPrefix("add flowtable ") || line.hasPrefix("add ct helper ")
        else { return nil }
        return words.first { line.contains($0.word) }?.feature
    }
}
