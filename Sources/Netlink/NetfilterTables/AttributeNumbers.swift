// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl

/// The attributes of what ``NetfilterTables/objects(_:family:table:)`` lists, by name (<linux/netfilter/nf_tables.h>).
public enum NetfilterAttribute {
    /// NFTA_TABLE_*.
    public enum Table {
        /// NFT_TABLE_F_*, a 32-bit number.
        public static let flags = UInt16(NFTA_TABLE_FLAGS.rawValue)
        /// Its chains see no packets.
        public static let dormant: UInt32 = UInt32(NFT_TABLE_F_DORMANT.rawValue)
        /// What nft keeps for itself: the comment.
        public static let userData = UInt16(NFTA_TABLE_USERDATA.rawValue)
    }

    /// NFTA_CHAIN_*.
    public enum Chain {
        /// The name.
        public static let name = UInt16(NFTA_CHAIN_NAME.rawValue)
        /// Hook, priority and devices of a base chain.
        public static let hook = UInt16(NFTA_CHAIN_HOOK.rawValue)
        /// What happens to a packet that no rule decided on.
        public static let policy = UInt16(NFTA_CHAIN_POLICY.rawValue)
        /// `filter`, `nat`, `route`.
        public static let type = UInt16(NFTA_CHAIN_TYPE.rawValue)
        /// Base chain, hardware offload, binding.
        public static let flags = UInt16(NFTA_CHAIN_FLAGS.rawValue)
        /// What nft keeps for itself: the comment.
        public static let userData = UInt16(NFTA_CHAIN_USERDATA.rawValue)
    }

    /// NFTA_OBJ_*.
    public enum Object {
        /// The name.
        public static let name = UInt16(NFTA_OBJ_NAME.rawValue)
        /// What it is.
        public static let type = UInt16(NFTA_OBJ_TYPE.rawValue)

        /// The type of a connection tracking helper.
        public static let helper = UInt32(NFT_OBJECT_CT_HELPER)
    }

    /// NFTA_FLOWTABLE_*.
    public enum FlowTable {
        /// The name.
        public static let name = UInt16(NFTA_FLOWTABLE_NAME.rawValue)
        /// Where it looks: attributes of their own.
        public static let hook = UInt16(NFTA_FLOWTABLE_HOOK.rawValue)
        /// In the hook: the priority, a signed number.
        public static let priority = UInt16(NFTA_FLOWTABLE_HOOK_PRIORITY.rawValue)
        /// In the hook: the names of the interfaces, a list.
        public static let devices = UInt16(NFTA_FLOWTABLE_HOOK_DEVS.rawValue)
    }

    /// NFTA_RULE_*.
    public enum Rule {
        /// The chain it stands in.
        public static let chain = UInt16(NFTA_RULE_CHAIN.rawValue)
        /// What it does: a list of expressions.
        public static let expressions = UInt16(NFTA_RULE_EXPRESSIONS.rawValue)
        /// What nft keeps for itself: the comment.
        public static let userData = UInt16(NFTA_RULE_USERDATA.rawValue)
    }

    /// NFTA_EXPR_*.
    public enum Expression {
        /// What kind: `meta`, `lookup`, `counter`, …
        public static let name = UInt16(NFTA_EXPR_NAME.rawValue)
        /// Its parameters, and the state of those that have one.
        public static let data = UInt16(NFTA_EXPR_DATA.rawValue)
    }

    /// NFTA_SET_*.
    public enum Set {
        /// The name.
        public static let name = UInt16(NFTA_SET_NAME.rawValue)
        /// Map, interval, dynamic, anonymous, …
        public static let flags = UInt16(NFTA_SET_FLAGS.rawValue)
        /// nft's number for the type of the key.
        public static let keyType = UInt16(NFTA_SET_KEY_TYPE.rawValue)
        /// Bytes of a key.
        public static let keyLength = UInt16(NFTA_SET_KEY_LEN.rawValue)
        /// nft's number for the type of the values; ``verdict`` for verdicts.
        public static let dataType = UInt16(NFTA_SET_DATA_TYPE.rawValue)
        /// Bytes of a value.
        public static let dataLength = UInt16(NFTA_SET_DATA_LEN.rawValue)
        /// Whether speed or memory matters.
        public static let policy = UInt16(NFTA_SET_POLICY.rawValue)
        /// Size, and the fields of a concatenation.
        public static let description = UInt16(NFTA_SET_DESC.rawValue)
        /// How long elements live.
        public static let timeout = UInt16(NFTA_SET_TIMEOUT.rawValue)
        /// How often dead ones are collected.
        public static let collectionInterval = UInt16(NFTA_SET_GC_INTERVAL.rawValue)
        /// What nft keeps for itself: the expressions of `typeof`, the comment.
        public static let userData = UInt16(NFTA_SET_USERDATA.rawValue)
        /// The kind of objects in an object map.
        public static let objectType = UInt16(NFTA_SET_OBJ_TYPE.rawValue)
        /// An expression of every element: a counter.
        public static let expression = UInt16(NFTA_SET_EXPR.rawValue)
        /// Expressions of every element.
        public static let expressions = UInt16(NFTA_SET_EXPRESSIONS.rawValue)

        /// In the description: how many elements it takes.
        public static let size = UInt16(NFTA_SET_DESC_SIZE.rawValue)

        /// A flag: elements stand for all keys between two.
        public static let interval = UInt32(NFT_SET_INTERVAL.rawValue)
        /// A flag: rules make elements.
        public static let dynamic = UInt32(NFT_SET_EVAL.rawValue)
        /// A flag: made by nft for one rule.
        public static let anonymous = UInt32(NFT_SET_ANONYMOUS.rawValue)
        /// The data type of a verdict map.
        public static let verdict = UInt32(NFT_DATA_VERDICT.rawValue)
    }
}
