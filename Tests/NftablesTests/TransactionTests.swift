// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables
import Testing

@Suite("Transactions")
struct TransactionTests {
    static func list(_ name: String, _ keys: [UInt32], data: Bool = true) -> ElementList {
        var list = ElementList(
            set: SetReference(family: .ip, name: name), keyLength: 4, dataLength: data ? 4 : 0)
        for key in keys {
            if data { list.append(words: key, key + 100) } else { list.append(words: key) }
        }
        return list
    }

    @Test("Deletions first; services first out and last in; one step for each kind and set")
    func order() {
        var transaction = Transaction([
            .add(Self.list("services", [1])), .add(Self.list("slots", [2])),
            .delete(Self.list("slots", [3], data: false)),
            .delete(Self.list("services-out", [4], data: false)), .add(Self.list("slots", [5])),
            .add(Self.list("usable", [])),
        ])
        transaction.normalize()
        #expect(
            transaction.text { _ in nil } == """
                delete element ip nftlb services-out { 0x00000004 }
                delete element ip nftlb slots { 0x00000003 }
                add element ip nftlb slots { 0x00000002 : 0x00000066, 0x00000005 : 0x00000069 }
                add element ip nftlb services { 0x00000001 : 0x00000065 }

                """)
        #expect(transaction.elementCount == 5)
    }

    @Test("Lists are cut and joined")
    func lists() {
        let list = Self.list("slots", [1, 2, 3, 4, 5])
        var joined = list.slice(0..<2)
        joined.append(contentsOf: list.slice(2..<5))
        #expect(joined == list)
        #expect(list.keys == Self.list("slots", [1, 2, 3, 4, 5], data: false))
        #expect(Array(list.data(at: 4)) == ElementBytes.bytes(105))
    }

    @Test("Elements with times of their own keep them when steps are joined, and say them as nft does")
    func times() {
        let longer = Lifetime(timeout: 60_000, remaining: 1_500)
        var transaction = Transaction([
            .add(Self.list("persist", [1])), .addTimed(TimedElements(Self.list("persist", [2]), lifetimes: [longer])),
            .delete(Self.list("persist", [2], data: false)),
            .addTimed(
                TimedElements(Self.list("persist", [3, 4]), lifetimes: [Lifetime(timeout: 500), Lifetime()])),
        ])
        transaction.normalize()
        #expect(
            transaction.text { _ in nil } == """
                delete element ip nftlb persist { 0x00000002 }
                add element ip nftlb persist { 0x00000001 : 0x00000065 }
                add element ip nftlb persist { 0x00000002 timeout 60000ms expires 1500ms : 0x00000066, \
                0x00000003 timeout 500ms : 0x00000067, 0x00000004 : 0x00000068 }

                """)
    }
}
