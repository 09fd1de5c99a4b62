// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Netlink
import Testing

@Suite("What elements have counted, and how long they live", .enabled(if: NetworkNamespace.isAvailable))
struct CountingTests {
    static func set(_ name: String) -> SetIdentity {
        SetIdentity(family: 2, table: "t", name: name, keyLength: 4, dataLength: 0)
    }

    /// Five datagrams of 28 + 1 bytes to 127.0.0.1 and three to 127.0.0.2.
    static func withDatagrams(_ body: (NetfilterTables) throws -> Void) throws {
        try NetworkNamespace.with {
            try Command.nft(
                """
                table ip t {
                    set declared { type ipv4_addr; flags dynamic; counter; size 16
                    }
                    set made { type ipv4_addr; flags dynamic; size 16
                    }
                    set several { type ipv4_addr; flags dynamic; size 16
                    }
                    set brief { type ipv4_addr; flags dynamic,timeout; timeout 1h; size 16
                    }
                    chain out { type filter hook output priority 0
                        meta l4proto != udp return
                        update @declared { ip daddr }
                        update @made { ip daddr counter }
                        update @several { ip daddr limit rate 1000/second counter }
                        update @brief { ip daddr timeout 30s }
                    }
                }
                add element ip t made { 127.0.0.3 counter packets 7 bytes 77 }
                """)
            for host in [1, 1, 1, 2, 2, 1, 2, 1] {
                try Command.succeed(["bash", "-c", "printf x > /dev/udp/127.0.0.\(host)/9"])
            }
            try body(try NetfilterTables())
        }
    }

    @Test(arguments: ["declared", "made", "several"])
    func `counters are read by key, one expression or several`(_ name: String) throws {
        try Self.withDatagrams { tables in
            let part = try tables.elements(
                of: Self.set(name), keys: [127, 0, 0, 2, 127, 0, 0, 9, 127, 0, 0, 1], detail: .counter)
            #expect(part.bytes == [127, 0, 0, 2, 127, 0, 0, 1])
            #expect(part.numbers == [3, 3 * 29, 5, 5 * 29])
        }
    }

    @Test func `counters are dumped`() throws {
        try Self.withDatagrams { tables in
            let dump = try ElementDump(Self.set("made"), detail: .counter, on: tables)
            var seen: [UInt8: [UInt64]] = [:]
            while let part = try dump.next() {
                for index in 0..<part.bytes.count / 4 {
                    seen[part.bytes[4 * index + 3]] = Array(part.numbers[2 * index...2 * index + 1])
                }
            }
            #expect(seen == [1: [5, 145], 2: [3, 87], 3: [7, 77]])
        }
    }

    @Test func `times of elements that a rule has made`() throws {
        try Self.withDatagrams { tables in
            let part = try tables.elements(of: Self.set("brief"), keys: [127, 0, 0, 1], detail: .lifetime)
            #expect(part.numbers[0] == 30_000)
            #expect((15_000...30_000).contains(part.numbers[1]))
            let plain = try tables.elements(of: Self.set("made"), keys: [127, 0, 0, 1], detail: .lifetime)
            #expect(plain.numbers == [.max, .max])
        }
    }

    @Test func `an element that has expired is not there, for reading and for deleting`() throws {
        try Self.withDatagrams { tables in
            var batch = NetfilterBatch()
            batch.append(to: Self.set("brief"), elements: [10, 0, 0, 1, 10, 0, 0, 2], lifetimes: [40, 40, .max, .max])
            try tables.commit(batch.finished())
            try Command.succeed(["sleep", "0.1"])
            #expect(
                try tables.elements(of: Self.set("brief"), keys: [10, 0, 0, 1, 10, 0, 0, 2]).bytes == [10, 0, 0, 2])
            var removal = NetfilterBatch()
            removal.append(.delete, to: Self.set("brief"), elements: [10, 0, 0, 2, 10, 0, 0, 1])
            let failure = try #require(throws: BatchFailure.self) { try tables.commit(removal.finished()) }
            #expect(failure.error.errno == 2)
            #expect(failure.key == [10, 0, 0, 1])
        }
    }
}
