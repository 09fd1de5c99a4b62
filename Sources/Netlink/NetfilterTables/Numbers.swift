// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl

/// The numbers of nf_tables in the width in which they stand in messages (<linux/netfilter/nf_tables.h>).
enum Number {
    static let subsystem = UInt16(NFNL_SUBSYS_NFTABLES)
    static let batchBegin = UInt16(NFNL_MSG_BATCH_BEGIN)
    static let batchEnd = UInt16(NFNL_MSG_BATCH_END)

    static let request = UInt16(NLM_F_REQUEST)
    static let create = UInt16(NLM_F_CREATE)
    static let acknowledge = UInt16(NLM_F_ACK)
    static let dump = UInt16(NLM_F_DUMP)
    static let interrupted = UInt16(NLM_F_DUMP_INTR)

    /// The type of a message about tables: the subsystem in the high byte.
    static func type(_ message: nf_tables_msg_types) -> UInt16 {
        subsystem << 8 | UInt16(message.rawValue)
    }

    static let elementListTable = UInt16(NFTA_SET_ELEM_LIST_TABLE.rawValue)
    static let elementListSet = UInt16(NFTA_SET_ELEM_LIST_SET.rawValue)
    static let elementListElements = UInt16(NFTA_SET_ELEM_LIST_ELEMENTS.rawValue)
    static let element = UInt16(NFTA_LIST_ELEM.rawValue)
    static let elementKey = UInt16(NFTA_SET_ELEM_KEY.rawValue)
    static let elementKeyEnd = UInt16(NFTA_SET_ELEM_KEY_END.rawValue)
    static let elementData = UInt16(NFTA_SET_ELEM_DATA.rawValue)
    static let elementFlags = UInt16(NFTA_SET_ELEM_FLAGS.rawValue)
    static let intervalEnd = UInt32(NFT_SET_ELEM_INTERVAL_END.rawValue)
    static let catchAll = UInt32(NFT_SET_ELEM_CATCHALL.rawValue)
    static let elementTimeout = UInt16(NFTA_SET_ELEM_TIMEOUT.rawValue)
    static let elementExpiration = UInt16(NFTA_SET_ELEM_EXPIRATION.rawValue)
    static let elementExpression = UInt16(NFTA_SET_ELEM_EXPR.rawValue)
    static let elementExpressions = UInt16(NFTA_SET_ELEM_EXPRESSIONS.rawValue)
    static let expressionName = UInt16(NFTA_EXPR_NAME.rawValue)
    static let expressionData = UInt16(NFTA_EXPR_DATA.rawValue)
    static let counterBytes = UInt16(NFTA_COUNTER_BYTES.rawValue)
    static let counterPackets = UInt16(NFTA_COUNTER_PACKETS.rawValue)
    static let dataValue = UInt16(NFTA_DATA_VALUE.rawValue)
    static let dataVerdict = UInt16(NFTA_DATA_VERDICT.rawValue)
    static let verdictCode = UInt16(NFTA_VERDICT_CODE.rawValue)
    static let verdictChain = UInt16(NFTA_VERDICT_CHAIN.rawValue)
}

extension MessageBuilder {
    /// `struct nfgenmsg`, which follows the header of every netfilter message: family, version 0, resource in network order.
    mutating func netfilterHeader(family: UInt8, resource: UInt16 = 0) {
        append(family)
        append(UInt8(0))
        append(resource.bigEndian)
    }
}
