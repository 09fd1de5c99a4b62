// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Glibc

/// What a kernel may have been built without, told by the line it refused. A missing module is ENOENT, something it never
/// heard of EOPNOTSUPP, a missing protocol family EAFNOSUPPORT.
enum KernelFeature {
    private static let words: [(word: String, feature: String)] = [
        (" queue ", "queue (CONFIG_NFT_QUEUE)"),
        ("flowtable", "flow offload (CONFIG_NF_FLOW_TABLE)"),
        ("flow add", "flow offload (CONFIG_NF_FLOW_TABLE)"),
        ("ct helper", "connection tracking helpers (CONFIG_NF_CONNTRACK_*)"),
        (" fib ", "fib (CONFIG_NFT_FIB)"),
        (" jhash ", "hash (CONFIG_NFT_HASH)"),
        (" symhash ", "hash (CONFIG_NFT_HASH)"),
        (" numgen ", "numgen (CONFIG_NFT_NUMGEN)"),
        (" masquerade", "masquerade (CONFIG_NFT_MASQ)"),
        (" log ", "log (CONFIG_NFT_LOG)"),
        (" limit ", "limit (CONFIG_NFT_LIMIT)"),
        (" ct count ", "connection limits (CONFIG_NFT_CONNLIMIT)"),
        (" fwd ", "forwarding at ingress (CONFIG_NFT_FWD_NETDEV)"),
        ("type nat", "nat chains (CONFIG_NFT_NAT)"),
        (" snat ", "nat (CONFIG_NFT_NAT)"),
        (" dnat ", "nat (CONFIG_NFT_NAT)"),
        ("add table ip6 ", "IPv6 tables (CONFIG_NF_TABLES_IPV6)"),
        ("add table netdev ", "netdev tables (CONFIG_NF_TABLES_NETDEV)"),
    ]

    /// The feature that a refused line needs, nil when the refusal has another reason.
    static func missing(in line: some StringProtocol, errno: Int32) -> String? {
        guard [ENOENT, EOPNOTSUPP, EAFNOSUPPORT, EPROTONOSUPPORT].contains(errno) else { return nil }
        // ENOENT is also what a missing set or chain gives: only rules and declarations need modules.
        guard
            line.hasPrefix("add rule ") || line.hasPrefix("add chain ") || line.hasPrefix("add table ")
                || line.hasPrefix("add flowtable ") || line.hasPrefix("add ct helper ")
        else { return nil }
        return words.first { line.contains($0.word) }?.feature
    }
}
