// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What a kernel may have been built without: its name for people, and the option of the kernel's configuration.
public enum KernelFeature: String, Sendable, Hashable, CaseIterable {
    /// Handing packets to a program.
    case queue = "queue (CONFIG_NFT_QUEUE)"
    /// Flow tables.
    case flowOffload = "flow offload (CONFIG_NF_FLOW_TABLE)"
    /// Helpers of connection tracking.
    case helpers = "connection tracking helpers (CONFIG_NF_CONNTRACK_*)"
    /// Whether an address is the host's own.
    case fib = "fib (CONFIG_NFT_FIB)"
    /// Hashes.
    case hash = "hash (CONFIG_NFT_HASH)"
    /// Turns and lots.
    case numgen = "numgen (CONFIG_NFT_NUMGEN)"
    /// The balancer's own address as source.
    case masquerade = "masquerade (CONFIG_NFT_MASQ)"
    /// Lines in the kernel's log.
    case log = "log (CONFIG_NFT_LOG)"
    /// Rates.
    case limit = "limit (CONFIG_NFT_LIMIT)"
    /// Connections at once.
    case connectionLimit = "connection limits (CONFIG_NFT_CONNLIMIT)"
    /// Sending frames from ingress.
    case forwarding = "forwarding at ingress (CONFIG_NFT_FWD_NETDEV)"
    /// Chains that translate.
    case natChains = "nat chains (CONFIG_NFT_NAT)"
    /// Translation.
    case nat = "nat (CONFIG_NFT_NAT)"
    /// Tables of IPv6.
    case ip6Tables = "IPv6 tables (CONFIG_NF_TABLES_IPV6)"
    /// Tables at ingress.
    case netdevTables = "netdev tables (CONFIG_NF_TABLES_NETDEV)"
}
