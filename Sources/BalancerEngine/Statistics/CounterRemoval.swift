// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import Nftables

/// Who is gone, and whose counters may still be in the kernel.
struct RetiredCounters {
    /// Numbers of backends, by the number of their farm; 0: of none.
    var backends: [UInt16: [UInt32]] = [:]
    /// Numbers of farms.
    var farms: [UInt16] = []
    /// Numbers that backends have now, by those that they had before: their counts go on.
    var heirs: [UInt32: UInt32] = [:]

    var isEmpty: Bool { backends.isEmpty && farms.isEmpty }

    /// Takes out what was there when `other` was a copy; what came since stays.
    mutating func removeOldest(_ other: RetiredCounters) {
        for (farm, numbers) in other.backends {
            let rest = backends[farm]?.dropFirst(numbers.count) ?? []
            backends[farm] = rest.isEmpty ? nil : Array(rest)
        }
        farms.removeFirst(other.farms.count)
        for (number, heir) in other.heirs where heirs[number] == heir { heirs[number] = nil }
    }
}

/// Takes the counters of those who are gone out of the kernel, some in each turn. What backends had counted is added to what
/// their farm has counted, if it is still there. A backend that has another number keeps its counts: they are put under the
/// new one in the kernel, where they stay when the daemon ends.
///
/// Counters are made by traffic: only those that are there can be deleted. One that traffic makes meanwhile (it cannot: the
/// mark is not usable any more) would stay and harm nobody. Packets of connections that go on are not counted from here on.
final class CounterRemoval: Work {
    private enum Stage {
        case beginning
        case finding(ArraySlice<CounterSet>, CounterReader)
        case removing(next: Int)
    }

    private let engine: Engine
    private let ended: () -> Void
    private var stage = Stage.beginning
    private var batch = RetiredCounters()
    private var owners: [UInt32: UInt16] = [:]
    /// Keys that may be there.
    private var found: [(set: CounterSet, keys: ElementList)] = []

    /// Keys in one piece of work: 2 to 4 µs each.
    private static let piece = 512

    /// - Parameter ended: called at the end.
    init(engine: Engine, ended: @escaping () -> Void = {}) {
        self.engine = engine
        self.ended = ended
    }

    func advance() -> WorkProgress {
        do throws(KernelFailure) {
            switch stage {
            case .beginning: begin()
            case .finding(let sets, let reader): try find(sets, reader)
            case .removing(let next): return try remove(from: next)
            }
            return .more
        } catch {
            engine.observer?.notice(.leftBehind(error.description))
            return finish()
        }
    }

    private func begin() {
        batch = engine.retired
        for (farm, numbers) in batch.backends {
            for number in numbers { owners[number] = farm }
        }
        let keys = engine.skeleton.counterKeys(ofBackends: Array(owners.keys), farms: batch.farms)
        if engine.isLookUpCheaper(keys) {
            found = keys
            stage = .removing(next: 0)
        } else {
            search(engine.skeleton.counterSets[...])
        }
    }

    private func search(_ sets: ArraySlice<CounterSet>) {
        guard let set = sets.first else { return stage = .removing(next: 0) }
        stage = .finding(sets, engine.counterReader(of: set))
    }

    private func find(_ sets: ArraySlice<CounterSet>, _ reader: CounterReader) throws(KernelFailure) {
        var reader = reader
        stage = .beginning
        var tally = CounterTally()
        guard try reader.advance(into: &tally) else { return stage = .finding(sets, reader) }
        let farms = Set(batch.farms)
        let keys = reader.keys { subject in
            switch subject {
            case .requests(let backend), .proxied(let backend), .replies(let backend), .flows(let backend),
                .limitedBackend(let backend):
                owners[backend] != nil
            case .localRequests(let farm), .limited(let farm): farms.contains(farm)
            }
        }
        if !keys.isEmpty { found.append((reader.set, keys)) }
        search(sets.dropFirst())
    }

    /// Reads and deletes in one turn, so that little is counted in between.
    private func remove(from next: Int) throws(KernelFailure) -> WorkProgress {
        guard let (set, keys) = found.last else { return finish() }
        let end = min(next + Self.piece, keys.count)
        let counted = try engine.kernel.lookup(keys.slice(next..<end), dataLength: 0, as: CountedElements.self)
        try settle(counted, in: set)
        if end == keys.count { found.removeLast() }
        stage = .removing(next: end == keys.count ? 0 : end)
        return .more
    }

    private func settle(_ counted: CountedElements, in set: CounterSet) throws(KernelFailure) {
        var (gone, moved) = (CountedElements(set.form), CountedElements(set.form))
        for (index, count) in counted.counts.enumerated() {
            let key = counted.elements.key(at: index)
            let number = set.backend(of: key)
            // A number that a user has given again meanwhile counts for its new owner.
            if let number, engine.numbers.isInUse(backend: number) { continue }
            if number.flatMap(engine.heir) == nil {
                gone.append(key: key, count: count)
            } else {
                moved.append(key: key, count: count)
            }
        }
        if !gone.elements.isEmpty { try remove(gone, of: set) }
        if !moved.elements.isEmpty { try move(moved, in: set) }
    }

    private func remove(_ gone: CountedElements, of set: CounterSet) throws(KernelFailure) {
        var tally = CounterTally()
        tally.add(gone, in: set)
        try engine.kernel.removePresent(gone.elements, limit: engine.transactionLimit)
        for (number, figures) in tally.backends {
            guard let farm = owners[number], engine.numbers.isInUse(farm: farm) else { continue }
            engine.pastFigures[farm, default: .init()] += figures
        }
    }

    /// One transaction: whoever reads, and a daemon that is started, finds each count once.
    private func move(_ moved: CountedElements, in set: CounterSet) throws(KernelFailure) {
        var sums: [[UInt8]: PacketCount] = [:]
        for (index, count) in moved.counts.enumerated() {
            let key = moved.elements.key(at: index)
            guard let heir = set.backend(of: key).flatMap(engine.heir) else { continue }
            sums[set.key(key, carriedTo: heir), default: .zero] += count
        }
        var wanted = ElementList(set.form)
        for key in sums.keys { wanted.append(key: key) }
        let present = try engine.kernel.lookup(wanted, dataLength: 0, as: CountedElements.self)
        for (index, count) in present.counts.enumerated() {
            sums[Array(present.elements.key(at: index)), default: .zero] += count
        }
        var carried = CountedElements(set.form)
        for (key, count) in sums { carried.append(key: key, count: count) }
        var replaced = moved.elements
        replaced.append(contentsOf: present.elements)
        try engine.kernel.replace(replaced, with: carried)
    }

    private func finish() -> WorkProgress {
        engine.retired.removeOldest(batch)
        ended()
        return .finished
    }
}
