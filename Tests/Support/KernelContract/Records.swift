// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

extension KernelContract {
    static let records: [KernelContract] = [
        .onExample("elements without a counter have counted nothing") { kernel in
            let list = Example.slots(0..<300)
            try kernel.commit(Transaction([.add(list)]))
            let dumped = try kernel.dump(list.form, as: CountedElements.self)
            try equal(dumped.counts, Array(repeating: .zero, count: 300), "the counts")
            var asked = Example.slots(400..<401).keys
            asked.append(contentsOf: list.keys)
            let found = try kernel.lookup(asked, dataLength: 4, as: CountedElements.self)
            try equal(found.elements, list, "the elements")
            try equal(found.counts, dumped.counts, "the counts of the lookup")
        },
        .onExample("counters that have counted already take the place of others") { kernel in
            let nothing = ElementList(Example.counted.form(in: .ip).keys)
            let first = Example.counted([
                1: PacketCount(packets: 3, bytes: 180), 0x1234_5678: PacketCount(packets: 1 << 40, bytes: 1 << 63),
            ])
            try kernel.replace(nothing, with: first)
            let found = try kernel.lookup(first.elements, dataLength: 0, as: CountedElements.self)
            try equal(found.elements, first.elements, "the elements")
            try equal(found.counts, first.counts, "the counts")
            let second = Example.counted([1: PacketCount(packets: 4, bytes: 240), 2: PacketCount(packets: 5, bytes: 6)])
            try kernel.replace(first.elements, with: second)
            let rest = try kernel.lookup(second.elements, dataLength: 0, as: CountedElements.self)
            try equal(rest.counts, second.counts, "the counts afterwards")
            try equal(try kernel.dump(nothing.form).count, 2, "how many there are")
        },
        .onExample("elements of a set without times have no end") { kernel in
            try kernel.commit(Transaction([.add(Example.slots(0..<3))]))
            let dumped = try kernel.dump(Example.slots.form(in: .ip), as: TimedElements.self)
            try equal(dumped.lifetimes, Array(repeating: Lifetime(), count: 3), "the lifetimes")
        },
        .onExample("an element without a time of its own has that of its set") { kernel in
            try kernel.commit(Transaction([.add(Example.timed(1...3))]))
            let dumped = try kernel.dump(Example.timed.form(in: .ip), as: TimedElements.self)
            try equal(dumped.elements.count, 3, "the elements")
            for lifetime in dumped.lifetimes { try near(lifetime, timeout: 3_600_000, remaining: 3_600_000) }
        },
        .onExample("an element keeps the time that it is added with, and what has passed of it") { kernel in
            let list = Example.timed(1...4)
            let given = [
                Lifetime(timeout: 30_000, remaining: 12_000), Lifetime(timeout: 7_200_000),
                Lifetime(remaining: 60_000), Lifetime(),
            ]
            try kernel.commit(Transaction([.addTimed(TimedElements(list, lifetimes: given))]))
            let found = try kernel.lookup(list.keys, dataLength: 4, as: TimedElements.self)
            try equal(found.elements, list, "the elements")
            try near(found.lifetimes[0], timeout: 30_000, remaining: 12_000)
            try near(found.lifetimes[1], timeout: 7_200_000, remaining: 7_200_000)
            try near(found.lifetimes[2], timeout: 3_600_000, remaining: 60_000)
            try near(found.lifetimes[3], timeout: 3_600_000, remaining: 3_600_000)
        },
        .onExample("another time for an element: delete and add in one transaction") { kernel in
            let list = Example.timed(1...2)
            try kernel.commit(Transaction([.add(list)]))
            let shorter = Lifetime(timeout: 90_000, remaining: 80_000)
            let again = TimedElements(list, lifetimes: [shorter, shorter])
            try kernel.commit(Transaction([.delete(list.keys), .addTimed(again)]))
            let found = try kernel.lookup(list.keys, dataLength: 4, as: TimedElements.self)
            for lifetime in found.lifetimes { try near(lifetime, timeout: 90_000, remaining: 80_000) }
        },
        .onExample("a time for an element of a set without times: EINVAL, and nothing happened") { kernel in
            let timed = TimedElements(
                Example.slots(0..<1), lifetimes: [Lifetime(timeout: 1000, remaining: 1000)])
            _ = try refusal(KernelError.invalid, of: [.addTimed(timed)], by: kernel)
        },
        .onExample("other data for a key with a time: EEXIST, with the key") { kernel in
            try kernel.commit(Transaction([.add(Example.timed(5...5))]))
            var other = ElementList(Example.timed.form(in: .ip))
            for key: UInt32 in 1...5 { other.append(words: key, 77) }
            let lifetimes = (0..<5).map { Lifetime(timeout: 1000 * (1 + UInt64($0)), remaining: 1000) }
            try equal(
                try refusal(
                    KernelError.exists, of: [.addTimed(TimedElements(other, lifetimes: lifetimes))], by: kernel),
                culprit(other.slice(4..<5)), "the culprit")
        },
    ]

    /// Holds if a time is what was given, less what the test may have taken. A kernel may leave out a time-out that is its
    /// set's (3,600 s in the example).
    private static func near(_ seen: Lifetime, timeout: UInt64, remaining: UInt64) throws {
        if seen.timeout == nil, timeout != 3_600_000 {
            throw ContractBreach(description: "no time-out, not \(timeout)")
        }
        try near(seen.timeout ?? timeout, timeout, within: 20, "the time-out")
        guard let left = seen.remaining else { throw ContractBreach(description: "it has no end") }
        try near(left, remaining, within: 10_000, "what is left")
    }

    /// Ticks of the kernel's clock round: a value may be some milliseconds more.
    private static func near(_ seen: UInt64, _ expected: UInt64, within: UInt64, _ what: String) throws {
        if seen > expected + 20 || seen + within < expected {
            throw ContractBreach(description: "\(what): \(seen), not \(expected)")
        }
    }
}
