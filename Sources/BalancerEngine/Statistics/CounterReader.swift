// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import Nftables

/// Which keys a set had, in few bytes: two with the same content have the same digest.
struct KeyDigest: Equatable {
    private var count = 0
    private var sum: UInt64 = 0

    /// Adds a key that was not there.
    mutating func insert(_ key: UInt64) {
        count += 1
        // SplitMix64's mixing: a sum of plain keys would be the same for many sets.
        var mixed = key &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        sum &+= mixed ^ (mixed >> 31)
    }
}

/// Reads all counters of a set into a tally, a part in each turn.
///
/// Traffic makes elements while a dump goes on, and tears nothing by it. But every part of a dump walks from the start and
/// steps over as many elements as came before (nft_rhash_walk): when the table has grown meanwhile, its order is another one,
/// some elements come twice and some not at all, and the kernel says nothing. Tried on Linux 6.18: 1,500 elements, 4,500 more
/// made between the first part and the second; 65 to 84 of the 1,500 were missing. So what came counts once; and while keys
/// come that the reading before did not have, the set is read again.
struct CounterReader {
    private let kernel: any KernelPort
    let set: CounterSet
    /// What to look up where other programs' commits never pause.
    private let known: () -> ElementList
    private var reader: SetReader<CountedElements>
    private var seen: [UInt64: PacketCount] = [:]
    private var before: KeyDigest
    private(set) var digest = KeyDigest()
    private var passes = 1

    /// How often a set is read at most.
    private static var limit: Int { 4 }

    /// - Parameters:
    ///   - before: which keys the last reading found; nil: there was none.
    ///   - known: keys that are looked up where other programs' commits never pause.
    init(_ kernel: any KernelPort, _ set: CounterSet, before: KeyDigest?, known: @escaping () -> ElementList) {
        self.kernel = kernel
        self.set = set
        self.known = known
        self.before = before ?? KeyDigest()
        reader = SetReader(kernel, all: set.form)
    }

    /// Reads the next part.
    ///
    /// - Returns: whether all is read.
    mutating func advance(into tally: inout CounterTally) throws(KernelFailure) -> Bool {
        do throws(KernelFailure) {
            switch try reader.advance() {
            case .part(let part): add(part, to: &tally)
            // Counters only grow: what came before the tear is true, and counts once.
            case .tear: break
            case .end:
                if digest == before || passes == Self.limit { return true }
                before = digest
                passes += 1
                reader = SetReader(kernel, all: set.form)
            }
        } catch {
            guard error.kind == .refused(errno: SetReader<CountedElements>.torn), passes < Self.limit else {
                throw error
            }
            passes = Self.limit
            reader = SetReader(kernel, keys: known(), dataLength: 0)
        }
        return false
    }

    private mutating func add(_ part: CountedElements, to tally: inout CounterTally) {
        for (index, count) in part.counts.enumerated() {
            let bytes = part.elements.key(at: index)
            let key = Self.number(bytes)
            var more = count
            if let known = seen.updateValue(count, forKey: key) {
                more = PacketCount(packets: count.packets &- known.packets, bytes: count.bytes &- known.bytes)
            } else {
                digest.insert(key)
            }
            tally.add(more, of: bytes, in: set)
        }
    }

    /// The keys that were read of those who are wanted.
    func keys(where isWanted: (CounterSet.Subject) -> Bool) -> ElementList {
        var result = ElementList(set.form)
        for key in seen.keys {
            let bytes = (0..<set.form.keyLength).map { index in
                UInt8(truncatingIfNeeded: key >> UInt64(8 * (set.form.keyLength - 1 - index)))
            }
            if isWanted(set.subject(of: bytes[...])) { result.append(key: bytes) }
        }
        return result
    }

    /// The four or eight bytes of a key.
    private static func number(_ key: ArraySlice<UInt8>) -> UInt64 {
        key.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
