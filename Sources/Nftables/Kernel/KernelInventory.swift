// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What the kernel says about our tables, without the elements of data maps: read raw, compared by digest.
public struct KernelInventory: Sendable, Hashable {
    /// One table.
    public struct Table: Sendable, Hashable {
        /// The table's comment: the id of the store that owns it. Nil without comment.
        public var comment: String?
        /// Whether the kernel keeps its chains from the hooks (`flags dormant`).
        public var isDormant = false
        /// The helpers, by their names, which say all of them.
        public var helpers: Set<String>
        /// The flow tables with their devices.
        public var flowTables: [String: FlowTable]
        /// Digest of each chain: its declaration and its rules, without handles and counters.
        public var chains: [String: UInt64]
        /// Digest of the declaration of each set.
        public var sets: [String: UInt64]
        /// What each set is like.
        public var forms: [String: SetForm] = [:]
        /// The elements of the verdict maps: map, key, verdict.
        public var verdicts: [String: [[UInt8]: InstalledVerdict]]

        /// Describes a table.
        public init(
            comment: String? = nil, helpers: Set<String> = [], flowTables: [String: FlowTable] = [:],
            chains: [String: UInt64] = [:],
            sets: [String: UInt64] = [:],
            verdicts: [String: [[UInt8]: InstalledVerdict]] = [:]
        ) {
            self.comment = comment
            self.helpers = helpers
            self.flowTables = flowTables
            self.chains = chains
            self.sets = sets
            self.verdicts = verdicts
        }
    }

    /// In place of a set's digest: nobody knows what text it was made of.
    public static let unrecorded: UInt64 = 1

    /// The tables that are there.
    public var tables: [TableFamily: Table]

    /// Describes a kernel.
    public init(tables: [TableFamily: Table] = [:]) { self.tables = tables }
}
