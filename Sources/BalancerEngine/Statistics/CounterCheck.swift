// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import Nftables

/// Finds counters of backends and farms that are nobody's: left behind by a daemon that was killed.
final class CounterCheck: Work {
    private let engine: Engine
    private var sets: ArraySlice<CounterSet>
    private var reader: CounterReader?
    private var tally = CounterTally()

    init(engine: Engine) {
        self.engine = engine
        sets = engine.skeleton.counterSets[...]
    }

    func advance() -> WorkProgress {
        guard let set = sets.first else { return finish() }
        var current = reader ?? engine.counterReader(of: set)
        reader = nil
        do throws(KernelFailure) {
            if try current.advance(into: &tally) {
                engine.counterDigests[set.form.set] = current.digest
                sets = sets.dropFirst()
            } else {
                reader = current
            }
            return .more
        } catch {
            // Nothing depends on it.
            return .finished
        }
    }

    private func finish() -> WorkProgress {
        let counted = Set(tally.backends.keys).union(tally.proxied.keys)
        engine.retire(counted.filter { !engine.numbers.isInUse(backend: $0) }, of: nil)
        engine.retire(farms: tally.farms.keys.filter { !engine.numbers.isInUse(farm: $0) })
        return .finished
    }
}
