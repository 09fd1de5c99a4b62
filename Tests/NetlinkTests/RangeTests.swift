// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Netlink
import Testing

/// Ranges in sets of intervals whose key is one field: two elements each, in the real kernel.
@Suite("Ranges of one field", .enabled(if: NetworkNamespace.isAvailable))
struct RangeTests {
    static let four = SetIdentity(
        family: 2, table: "t", name: "four", keyLength: 8, dataLength: 0, isInterval: true, hasEnds: true)
    static let six = SetIdentity(
        family: 10, table: "t", name: "six", keyLength: 32, dataLength: 0, isInterval: true, hasEnds: true)

    static func with(_ body: (NetfilterTables) throws -> Void) throws {
        try NetworkNamespace.with {
            try Command.nft(
                """
                table ip t {
                    set four { type ipv4_addr; flags interval;
                    }
                }
                table ip6 t {
                    set six { type ipv6_addr; flags interval;
                    }
                }
                """)
            try body(try NetfilterTables())
        }
    }

    static func commit(
        _ tables: NetfilterTables, delete: [UInt8] = [], add: [UInt8], to set: SetIdentity = four
    ) throws {
        var batch = NetfilterBatch()
        batch.append(.delete, to: set, elements: delete)
        batch.append(.add, to: set, elements: add)
        try tables.commit(batch.finished())
    }

    static func dump(_ set: SetIdentity) throws -> [UInt8] {
        let dump = try ElementDump(set, on: NetfilterTables())
        var bytes: [UInt8] = []
        while let part = try dump.next() { bytes += part.bytes }
        return bytes
    }

    static let small: [UInt8] = [10, 0, 0, 4, 10, 0, 0, 7]
    static let byte: [UInt8] = [10, 1, 0, 0, 10, 1, 255, 255]
    static let open: [UInt8] = [240, 0, 0, 0, 255, 255, 255, 255]

    @Test func `ranges come and go, the last of all addresses too, and nft lists them`() throws {
        try Self.with { tables in
            try Self.commit(tables, add: Self.byte + Self.open + Self.small)
            #expect(try Self.dump(Self.four) == Self.small + Self.byte + Self.open)
            let asked = Self.open + [10, 0, 0, 4, 10, 0, 0, 6] + Self.small
            #expect(try tables.elements(of: Self.four, keys: asked).bytes == Self.open + Self.small)
            let text = try Command.succeed(["nft", "list", "set", "ip", "t", "four"])
            #expect(text.contains("10.0.0.4/30"))
            #expect(text.contains("240.0.0.0/4"))
            // One grows over its old end, in one transaction.
            let grown: [UInt8] = [10, 0, 0, 4, 10, 0, 0, 200]
            try Self.commit(tables, delete: Self.small + Self.open, add: grown)
            #expect(try Self.dump(Self.four) == grown + Self.byte)
        }
    }

    @Test func `all addresses are one range, in both families`() throws {
        try Self.with { tables in
            let all = [UInt8](repeating: 0, count: 16) + [UInt8](repeating: 255, count: 16)
            try Self.commit(tables, add: all, to: Self.six)
            #expect(try Self.dump(Self.six) == all)
            try Self.commit(tables, delete: all, add: [], to: Self.six)
            #expect(try Self.dump(Self.six) == [])
        }
    }

    @Test func `thousands of ranges are several messages; one that is not there is named`() throws {
        try Self.with { tables in
            var many: [UInt8] = []
            for number in 0..<5000 {
                let network: [UInt8] = [20, UInt8(number >> 8), UInt8(number & 255)]
                many += network + [0] + network + [9]
            }
            try Self.commit(tables, add: many)
            #expect(try Self.dump(Self.four) == many)
            let failure = try #require(throws: BatchFailure.self) {
                try Self.commit(tables, delete: Array(many.prefix(8)) + Self.byte, add: [])
            }
            #expect(failure.error.errno == 2)
            #expect(failure.key == Self.byte)
            #expect(try Self.dump(Self.four).count == many.count)
        }
    }
}
