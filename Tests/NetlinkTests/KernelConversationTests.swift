// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Netlink
import Testing

@Suite("Conversations with the real kernel", .enabled(if: NetworkNamespace.isAvailable))
struct KernelConversationTests {
    static let slots = SetIdentity(family: 2, table: "t", name: "slots", keyLength: 8, dataLength: 4)

    /// A namespace with a table of some maps.
    static func with(_ body: (NetfilterTables) throws -> Void) throws {
        try NetworkNamespace.with {
            try Command.nft(
                """
                table ip t {
                    comment "owner 0123"
                    map slots { typeof meta priority . numgen inc mod 65536 : ct mark; size 1048576
                    }
                    set full { type mark; size 2
                    }
                    map jumps { type mark : verdict
                    }
                    chain one { comment "first"
                        counter accept
                    }
                    chain two { type filter hook input priority 7; policy drop; }
                }
                table ip other { set slots { type mark; }
                    chain one { accept
                    }
                }
                add element ip t jumps { 1 : jump one, 2 : accept }
                """)
            try body(try NetfilterTables())
        }
    }

    static func elements(_ range: Range<UInt32>, mark: UInt32 = 0x8000_0000) -> [UInt8] {
        range.flatMap { host($0 >> 8) + host($0 & 0xff) + host(mark | $0) }
    }

    static func keys(_ range: some Sequence<UInt32>) -> [UInt8] {
        range.flatMap { host($0 >> 8) + host($0 & 0xff) }
    }

    @Test func `a generation is settled until somebody changes anything, and asking changes nothing`() throws {
        try Self.with { tables in
            let generation = try tables.generation()
            #expect(try tables.isSettled(at: generation))
            #expect(try tables.generation() == generation)
            #expect(try !tables.isSettled(at: generation &- 1))
            try Command.nft("add element ip t jumps { 3 : accept }")
            #expect(try !tables.isSettled(at: generation))
            #expect(try tables.isSettled(at: generation &+ 1))
        }
    }

    @Test func `elements come, are read by key and dumped, and go`() throws {
        try Self.with { tables in
            var batch = NetfilterBatch()
            batch.append(.add, to: Self.slots, elements: Self.elements(0..<20_000))
            try tables.commit(batch.finished())

            #expect(try tables.elements(of: Self.slots, keys: Self.keys(0..<20_000)).bytes == Self.elements(0..<20_000))
            let dump = try ElementDump(Self.slots, on: NetfilterTables())
            var all: [ArraySlice<UInt8>] = []
            while let part = try dump.next() {
                all += stride(from: 0, to: part.bytes.count, by: 12).map { part.bytes[$0..<($0 + 12)] }
            }
            #expect(Set(all).count == 20_000)
            #expect(all.count == 20_000)

            var removal = NetfilterBatch()
            removal.append(.delete, to: Self.slots, elements: Self.keys(10..<20_000))
            try tables.commit(removal.finished())
            #expect(try tables.elements(of: Self.slots, keys: Self.keys(0..<300)).bytes == Self.elements(0..<10))
        }
    }

    @Test func `missing keys are left out, wherever they stand`() throws {
        try Self.with { tables in
            var batch = NetfilterBatch()
            batch.append(.add, to: Self.slots, elements: Self.elements(100..<400))
            try tables.commit(batch.finished())
            let asked: [UInt32] = [7, 100, 8, 9, 101, 102, 5000, 399, 400]
            let expected = [100, 101, 102, 399].flatMap { Self.elements($0..<($0 + 1)) }
            #expect(try tables.elements(of: Self.slots, keys: Self.keys(asked)).bytes == expected)
            #expect(try tables.elements(of: Self.slots, keys: Self.keys(0..<10)).bytes.isEmpty)
            #expect(try tables.elements(of: Self.slots, keys: []).bytes.isEmpty)

            var missing = Self.slots
            missing.name = "nothing"
            #expect(throws: NetlinkError.self) { try tables.elements(of: missing, keys: Self.keys(0..<1)) }
        }
    }

    @Test func `the kernel's refusal names set and key, and nothing of the batch happened`() throws {
        try Self.with { tables in
            var first = NetfilterBatch()
            first.append(.add, to: Self.slots, elements: Self.elements(500..<501))
            try tables.commit(first.finished())
            let generation = try tables.generation()

            // The element 500 exists with another value.
            var batch = NetfilterBatch(firstSequence: 41)
            batch.append(.add, to: Self.slots, elements: Self.elements(0..<100))
            batch.append(.add, to: Self.slots, elements: Self.elements(400..<600, mark: 0))
            let failure = try #require(throws: BatchFailure.self) { try tables.commit(batch.finished()) }
            #expect(failure.error.errno == 17)  // EEXIST
            #expect(failure.set == Self.slots)
            #expect(failure.key == Self.keys([500]))
            #expect(failure.operation == .add)
            #expect(try tables.elements(of: Self.slots, keys: Self.keys(0..<600)).bytes == Self.elements(500..<501))
            #expect(try tables.generation() == generation)

            var missing = NetfilterBatch()
            missing.append(.delete, to: Self.slots, elements: Self.keys([500, 501]))
            let absent = try #require(throws: BatchFailure.self) { try tables.commit(missing.finished()) }
            #expect(absent.error.errno == 2)  // ENOENT
            #expect(absent.key == Self.keys([501]))
            #expect(try tables.elements(of: Self.slots, keys: Self.keys([500])).bytes == Self.elements(500..<501))
        }
    }

    @Test func `a full set says so`() throws {
        try Self.with { tables in
            let full = SetIdentity(family: 2, table: "t", name: "full", keyLength: 4, dataLength: 0)
            var batch = NetfilterBatch()
            batch.append(.add, to: full, elements: host(1) + host(2) + host(3))
            let failure = try #require(throws: BatchFailure.self) { try tables.commit(batch.finished()) }
            #expect(failure.error.errno == 23)  // ENFILE
            #expect(failure.key == host(3))
        }
    }

    @Test func `the same element twice is no error, another value is delete then add`() throws {
        try Self.with { tables in
            var batch = NetfilterBatch()
            batch.append(.add, to: Self.slots, elements: Self.elements(0..<3))
            try tables.commit(batch.finished())
            try tables.commit(batch.finished())
            var change = NetfilterBatch()
            change.append(.delete, to: Self.slots, elements: Self.keys(0..<3))
            change.append(.add, to: Self.slots, elements: Self.elements(0..<3, mark: 0))
            try tables.commit(change.finished())
            #expect(try tables.elements(of: Self.slots, keys: Self.keys(0..<3)).bytes == Self.elements(0..<3, mark: 0))
        }
    }

    @Test func `a transaction raises the generation, reading does not`() throws {
        try Self.with { tables in
            let before = try tables.generation()
            _ = try tables.objects(.rules, family: 2, table: "t")
            #expect(try tables.generation() == before)
            var batch = NetfilterBatch()
            batch.append(.add, to: Self.slots, elements: Self.elements(0..<1))
            try tables.commit(batch.finished())
            #expect(try tables.generation() > before)
        }
    }

    @Test func `tables, chains, rules, sets and jumps are listed, of the one table only`() throws {
        try Self.with { tables in
            let table = try #require(try tables.objects(.tables, family: 2, table: "t").first)
            #expect(table.attributes[6].flatMap { UserData.comment(in: $0.value) } == "owner 0123")
            let chains = try tables.objects(.chains, family: 2, table: "t")
            #expect(chains.map { $0.attributes[3]?.string } == ["one", "two"])
            #expect(chains[0].attributes[12].flatMap { UserData.comment(in: $0.value) } == "first")
            #expect(try tables.objects(.rules, family: 2, table: "t").map { $0.attributes[2]?.string } == ["one"])
            let sets = try tables.objects(.sets, family: 2, table: "t")
            #expect(Set(sets.compactMap { $0.attributes[2]?.string }) == ["slots", "full", "jumps"])
            let jumps = SetIdentity(family: 2, table: "t", name: "jumps", keyLength: 4, dataLength: 16)
            #expect(
                try tables.verdicts(of: jumps)
                    == [host(1): ElementVerdict(code: -3, chain: "one"), host(2): ElementVerdict(code: 1)])
            #expect(try tables.objects(.sets, family: 2, table: "absent").isEmpty)
            #expect(try tables.objects(.chains, family: 10, table: "t").isEmpty)
        }
    }

    @Test func `an element for all keys is not read, and is deleted from whatever set has one`() throws {
        try Self.with { tables in
            try Command.nft(
                """
                add set ip t ranges { type ipv4_addr . inet_service; flags interval; }
                add set ip t timed { type mark; flags timeout; timeout 1m; }
                add element ip t ranges { 10.0.0.0/8 . 80 }
                add element ip t ranges { * }
                add element ip t timed { * }
                add element ip t slots { 7 . 7 : 7 }
                add element ip t slots { * : 1 }
                add element ip t jumps { * : drop }
                """)
            let sets = ["ranges", "timed", "slots", "jumps", "full", "absent"].map {
                SetIdentity(family: 2, table: "t", name: $0, keyLength: 0, dataLength: 0)
            }
            let dump = try ElementDump(Self.slots, on: tables)
            var bytes: [UInt8] = []
            while let part = try dump.next() { bytes += part.bytes }
            #expect(bytes == host(7) + host(7) + host(7))
            #expect(try tables.verdicts(of: sets[3]).count == 2)
            #expect(try tables.deleteCatchAlls(of: sets) == 4)
            #expect(try tables.deleteCatchAlls(of: sets) == 0)
            #expect(try tables.elements(of: Self.slots, keys: host(7) + host(7)).bytes == bytes)
        }
    }

    @Test func `a batch of 200,000 elements is one datagram`() throws {
        try Self.with { tables in
            var batch = NetfilterBatch()
            batch.append(.add, to: Self.slots, elements: (0..<200_000).flatMap { host($0) + host(0) + host(1) })
            let finished = batch.finished()
            #expect(finished.bytes.count <= tables.batchLimit)
            try tables.commit(finished)
            let last = host(199_999) + host(0)
            #expect(try tables.elements(of: Self.slots, keys: last).bytes == last + host(1))
        }
    }

    @Test func `failures of every message leave nothing behind in the socket`() throws {
        try Self.with { tables in
            var batch = NetfilterBatch()
            for index in 0..<5_000 as Range<UInt32> {
                batch.append(.delete, to: Self.slots, elements: Self.keys([index]))
            }
            let failure = try #require(throws: BatchFailure.self) { try tables.commit(batch.finished()) }
            #expect(failure.key == Self.keys([0]))
            #expect(try tables.generation() > 0)
            try tables.commit(NetfilterBatch().finished())
        }
    }
}
