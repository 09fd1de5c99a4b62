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

    var isEmpty: Bool { backends.isEmpty && farms.isEmpty }

    /// Takes out what was there when `other` was a copy; what came since stays.
    mutating func removeOldest(_ other: RetiredCounters) {
        for (farm, numbers) in other.backends {
            let rest = backends[farm]?.dropFirst(numbers.count) ?? []
            backends[farm] = rest.isEmpty ? nil : Array(rest)
        }
        farms.removeFirst(other.farms.count)
    }
}

/// Takes the counters of those who are gone out of the kernel, some in each turn. What backends had counted is added to what
/// their farm has counted, if it is still there.
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
    private var stage = Stage.beginning
    private var batch = RetiredCounters()
    private var owners: [UInt32: UInt16] = [:]
    /// Keys that may be there.
    private var found: [(set: CounterSet, keys: ElementList)] = []

    /// Keys in one piece of work: 2 to 4 µs each.
    private static let piece = 512

    init(engine: Engine) { self.engine = engine }

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
            // A number that a user has given again meanwhile counts for its new owner.
            case .requests(let backend), .proxied(let backend), .replies(let backend), .flows(let backend),
                .limitedBackend(let backend):
                owners[backend] != nil && !engine.numbers.isInUse(backend: backend)
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
        if !counted.elements.isEmpty {
            var tally = CounterTally()
            tally.add(counted, in: set)
            try engine.kernel.removePresent(counted.elements, limit: engine.transactionLimit)
            for (number, figures) in tally.backends {
                guard let farm = owners[number], engine.numbers.isInUse(farm: farm) else { continue }
                engine.pastFigures[farm, default: .init()] += figures
            }
        }
        if end == keys.count { found.removeLast() }
        stage = .removing(next: end == keys.count ? 0 : end)
        return .more
    }

    private func finish() -> WorkProgress {
        engine.retired.removeOldest(batch)
        return .finished
    }
}
