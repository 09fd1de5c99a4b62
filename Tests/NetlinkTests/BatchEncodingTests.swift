// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Netlink
import Testing

// Little endian: the machines this runs on. Compared once with `nft --debug=mnl` (1.0.6): nft writes the same messages with
// one attribute more, NFTA_SET_ELEM_LIST_SET_ID, which only matters for sets made in the same batch.
@Suite("What a batch of elements looks like on the wire")
struct BatchEncodingTests {
    static let toPort = SetIdentity(family: 2, table: "nftlb", name: "to-port", keyLength: 4, dataLength: 8)

    @Test func `a map element and its removal`() {
        var batch = NetfilterBatch(firstSequence: 7)
        batch.append(.delete, to: Self.toPort, elements: [1, 0, 0, 0x80])
        batch.append(.add, to: Self.toPort, elements: [1, 0, 0, 0x80, 10, 0, 0, 1, 0, 80, 0, 0])
        let expected = bytes(
            """
            14 00 00 00   // length 20
            10 00 01 00   // NFNL_MSG_BATCH_BEGIN, NLM_F_REQUEST
            07 00 00 00   // sequence 7
            00 00 00 00   // port: filled in by the kernel
            00 00 00 0a   // no family, version 0, resource NFNL_SUBSYS_NFTABLES in network order

            40 00 00 00   // length 64
            0e 0a 01 00   // NFT_MSG_DELSETELEM of nf_tables, NLM_F_REQUEST
            08 00 00 00   // sequence 8
            00 00 00 00
            02 00 00 00   // NFPROTO_IPV4
            0a 00 01 00   // NFTA_SET_ELEM_LIST_TABLE, 6 bytes
            6e 66 74 6c   // n f t l
            62 00 00 00   // b NUL, padding
            0c 00 02 00   // NFTA_SET_ELEM_LIST_SET, 8 bytes
            74 6f 2d 70   // t o - p
            6f 72 74 00   // o r t NUL
            14 00 03 80   // NFTA_SET_ELEM_LIST_ELEMENTS, nested, 16 bytes
            10 00 01 80   // NFTA_LIST_ELEM, nested
            0c 00 01 80   // NFTA_SET_ELEM_KEY, nested
            08 00 01 00   // NFTA_DATA_VALUE
            01 00 00 80   // mark 0x80000001, host order

            50 00 00 00   // length 80
            0c 0a 01 04   // NFT_MSG_NEWSETELEM of nf_tables, NLM_F_REQUEST | NLM_F_CREATE
            09 00 00 00   // sequence 9
            00 00 00 00
            02 00 00 00   // NFPROTO_IPV4
            0a 00 01 00   // NFTA_SET_ELEM_LIST_TABLE
            6e 66 74 6c
            62 00 00 00
            0c 00 02 00   // NFTA_SET_ELEM_LIST_SET
            74 6f 2d 70
            6f 72 74 00
            24 00 03 80   // NFTA_SET_ELEM_LIST_ELEMENTS, nested, 32 bytes
            20 00 01 80   // NFTA_LIST_ELEM, nested
            0c 00 01 80   // NFTA_SET_ELEM_KEY, nested
            08 00 01 00   // NFTA_DATA_VALUE
            01 00 00 80   // mark 0x80000001
            10 00 02 80   // NFTA_SET_ELEM_DATA, nested
            0c 00 01 00   // NFTA_DATA_VALUE
            0a 00 00 01   // 10.0.0.1, network order
            00 50 00 00   // port 80, network order, padded to a register

            14 00 00 00   // length 20
            11 00 01 00   // NFNL_MSG_BATCH_END, NLM_F_REQUEST
            0a 00 00 00   // sequence 10
            00 00 00 00
            00 00 00 0a
            """)
        #expect(lines(batch.finished().bytes) == lines(expected))
    }

    @Test func `a key that is not a multiple of four is padded, its length is not`() {
        let ports = SetIdentity(family: 10, table: "t", name: "p", keyLength: 2, dataLength: 6)
        var batch = NetfilterBatch()
        batch.append(.add, to: ports, elements: [0, 80, 1, 2, 3, 4, 5, 6])
        let expected = bytes(
            """
            24 00 03 80   // NFTA_SET_ELEM_LIST_ELEMENTS
            20 00 01 80   // NFTA_LIST_ELEM
            0c 00 01 80   // NFTA_SET_ELEM_KEY
            06 00 01 00   // NFTA_DATA_VALUE, 2 bytes
            00 50 00 00   // port 80, padding
            10 00 02 80   // NFTA_SET_ELEM_DATA
            0a 00 01 00   // NFTA_DATA_VALUE, 6 bytes
            01 02 03 04
            05 06 00 00   // padding
            """)
        #expect(lines(Array(batch.finished().bytes[56..<92])) == lines(expected))
    }

    /// Compared once with `nft --debug=mnl` (1.0.6).
    @Test func `an interval has its first and its last key`() {
        let ranges = SetIdentity(family: 2, table: "t", name: "r", keyLength: 16, dataLength: 4, isInterval: true)
        var batch = NetfilterBatch(firstSequence: 1)
        batch.append(.add, to: ranges, elements: [10, 0, 0, 1, 0, 80, 0, 0, 10, 0, 0, 9, 0, 90, 0, 0, 1, 2, 3, 4])
        batch.append(.delete, to: ranges, elements: [10, 0, 0, 1, 0, 80, 0, 0, 10, 0, 0, 9, 0, 90, 0, 0])
        let expected = bytes(
            """
            34 00 03 80   // NFTA_SET_ELEM_LIST_ELEMENTS
            30 00 01 80   // NFTA_LIST_ELEM
            10 00 01 80   // NFTA_SET_ELEM_KEY
            0c 00 01 00   // NFTA_DATA_VALUE
            0a 00 00 01   // 10.0.0.1
            00 50 00 00   // port 80
            10 00 0a 80   // NFTA_SET_ELEM_KEY_END
            0c 00 01 00
            0a 00 00 09   // 10.0.0.9
            00 5a 00 00   // port 90
            0c 00 02 80   // NFTA_SET_ELEM_DATA
            08 00 01 00
            01 02 03 04
            """)
        let finished = batch.finished()
        #expect(lines(Array(finished.bytes[56..<108])) == lines(expected))
        // The second message: header 16, nfgenmsg 4, table and set 8 each, list header 4; elements of 36 bytes.
        let error = NetlinkError(errno: 2, offset: 40, sequence: 3, operation: "")
        #expect(finished.failure(error).key == [10, 0, 0, 1, 0, 80, 0, 0, 10, 0, 0, 9, 0, 90, 0, 0])
    }

    @Test func `a list longer than an attribute becomes several messages of one batch`() {
        // 16 bytes an element, 65,531 bytes a list: 4,095 elements.
        let usable = SetIdentity(family: 2, table: "nftlb", name: "usable", keyLength: 4, dataLength: 0)
        var batch = NetfilterBatch()
        batch.append(.add, to: usable, elements: (0..<10_000).flatMap { host($0) })
        let finished = batch.finished()
        #expect(finished.messageCount == 3)
        #expect(finished.bytes.count == 2 * 20 + 3 * (20 + 12 + 12 + 4) + 10_000 * 16)
    }

    @Test func `nothing to do is an empty batch`() {
        var batch = NetfilterBatch()
        batch.append(.add, to: Self.toPort, elements: [])
        #expect(batch.finished().bytes.count == 40)
    }

    @Test func `an offset inside an element names its key`() {
        var batch = NetfilterBatch(firstSequence: 100)
        batch.append(.delete, to: Self.toPort, elements: host(1) + host(2) + host(3))
        let finished = batch.finished()
        // Header 16, nfgenmsg 4, table 12, set 12, list header 4: the first element stands at 48.
        for (offset, key) in [(48, 1), (48 + 16, 2), (48 + 16 + 12, 2), (48 + 32, 3)] as [(Int, UInt32)] {
            let error = NetlinkError(errno: 2, offset: offset, sequence: 101, operation: "")
            let failure = finished.failure(error)
            #expect(failure.key == host(key))
            #expect(failure.set == Self.toPort)
            #expect(failure.operation == .delete)
        }
        for offset in [0, 44, 96, 100_000] {
            let error = NetlinkError(errno: 2, offset: offset, sequence: 101, operation: "")
            #expect(finished.failure(error).key == nil)
        }
        for sequence in [99, 100, 102, 103] as [UInt32] {
            let error = NetlinkError(errno: 2, offset: 48, sequence: sequence, operation: "")
            #expect(finished.failure(error).set == nil)
        }
    }
}
