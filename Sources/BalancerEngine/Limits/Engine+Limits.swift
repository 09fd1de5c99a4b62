// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// What sources have used up of a farm's limits is the kernel's own, and no change that does not concern it touches it. It
/// goes when the farm goes, and when the farm has another limit: then it lies in a set that this farm asks no more.
extension Engine {
    /// Notes that a farm is gone, or has other limits now.
    func noteSources(_ before: PlannedFarm.Side, after: PlannedFarm.Side?) {
        let number = before.installed.identity.number
        // What was to be forgotten and is asked again stays.
        if !forgottenSources.isEmpty { for form in after?.meters ?? [] { forgottenSources[form]?.remove(number) } }
        for form in before.meters(unlike: after) { forgottenSources[form, default: []].insert(number) }
        scheduleForgettingSources()
    }

    /// Forgets soon what is to be forgotten.
    func scheduleForgettingSources() {
        guard !forgottenSources.isEmpty, !isForgettingSourcesScheduled else { return }
        isForgettingSourcesScheduled = true
        scheduler.after(milliseconds: Self.forgettingDelay) { [weak self] in self?.forgetSources() }
    }

    /// Long enough that many farms which go one by one are one reading.
    private static var forgettingDelay: Int { 200 }

    private func forgetSources() {
        isForgettingSourcesScheduled = false
        let all = forgottenSources.filter { form, farms in !farms.isEmpty && installed.has(form.set) }
        forgottenSources = [:]
        let revisions = leftovers.begin(.sources)
        var left = all.count
        if left == 0 { leftovers.end(.sources, of: revisions) }
        for (form, farms) in all {
            enqueueCounterWork {
                SourceRemoval(engine: $0, form, farms: farms) { [weak self] in
                    left -= 1
                    if left == 0 { self?.leftovers.end(.sources, of: revisions) }
                }
            }
        }
    }
}

extension NumberedFarm {
    /// The sets in which traffic writes down what sources have used up of its limits.
    var meters: Set<ElementForm> {
        let needs = needs(of: self)
        var result: Set<ElementForm> = []
        for family in needs.families {
            for meter in needs[family]?.shape.limits?.meters(in: family) ?? [] {
                result.insert(meter.form(in: family))
            }
        }
        return result
    }
}

extension PlannedFarm.Side {
    fileprivate var meters: Set<ElementForm> { NumberedFarm(farm, installed).meters }

    /// Those of them that nobody asks after a change.
    func meters(unlike after: PlannedFarm.Side?) -> Set<ElementForm> {
        let own = meters
        return own.isEmpty ? own : own.subtracting(after?.meters ?? [])
    }
}

/// Takes the entries of some farms out of a set in which traffic writes down what sources have used up.
final class SourceRemoval: Work {
    private let engine: Engine
    private let farms: Set<UInt32>
    private let ended: () -> Void
    private var reader: SetReader<ElementList>
    private var found: ElementList

    init(engine: Engine, _ form: ElementForm, farms: Set<UInt16>, ended: @escaping () -> Void) {
        self.engine = engine
        self.ended = ended
        self.farms = Set(farms.map { UInt32($0) })
        reader = SetReader(engine.kernel, all: form)
        found = ElementList(form)
    }

    func advance() -> WorkProgress {
        do throws(KernelFailure) {
            switch try reader.advance() {
            case .part(let part):
                // A key begins with the farm.
                for index in 0..<part.count where farms.contains(ElementBytes.number(part.key(at: index))) {
                    found.append(key: part.key(at: index))
                }
            // Which entries are there is all that is asked: what came twice is there once.
            case .tear: break
            case .end:
                try engine.kernel.removePresent(found, limit: engine.transactionLimit)
                ended()
                return .finished
            }
            return .more
        } catch {
            // What stays behind is asked by nobody, and ends with its time.
            ended()
            return .finished
        }
    }
}
