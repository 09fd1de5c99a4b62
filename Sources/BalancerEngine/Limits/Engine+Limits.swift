// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// What sources have used up of a farm's limits is the kernel's own, and no change that does not concern it touches it. It
/// goes when the farm goes, and when the farm has another limit: then it lies in a set that this farm asks no more.
extension Engine {
    /// Notes that a farm is gone, or has other limits now.
    func noteSources(_ before: Farm, _ identity: FarmIdentity, after: PlannedFarm.Side?) {
        let kept = after.map { Self.meters(of: NumberedFarm($0.farm, $0.installed)) } ?? []
        // What was to be forgotten and is asked again stays.
        for form in kept { forgottenSources[form]?.remove(identity.number) }
        for form in Self.meters(
            of: NumberedFarm(farm: before, number: identity.number, backendNumbers: identity.backendNumbers)
        ).subtracting(kept) {
            forgottenSources[form, default: []].insert(identity.number)
        }
        guard !forgottenSources.isEmpty, !isForgettingSourcesScheduled else { return }
        isForgettingSourcesScheduled = true
        scheduler.after(milliseconds: Self.forgettingDelay) { [weak self] in self?.forgetSources() }
    }

    /// Long enough that many farms which go one by one are one reading.
    private static var forgettingDelay: Int { 200 }

    private static func meters(of farm: NumberedFarm) -> Set<ElementForm> {
        let needs = needs(of: farm)
        var result: Set<ElementForm> = []
        for family in needs.families {
            for meter in needs[family]?.shape.limits?.meters(in: family) ?? [] {
                result.insert(meter.form(in: family))
            }
        }
        return result
    }

    private func forgetSources() {
        isForgettingSourcesScheduled = false
        let all = forgottenSources
        forgottenSources = [:]
        for (form, farms) in all where installed.has(form.set) {
            enqueueCounterWork { SourceRemoval(engine: $0, form, farms: farms) }
        }
    }
}

/// Takes the entries of some farms out of a set in which traffic writes down what sources have used up.
final class SourceRemoval: Work {
    private let engine: Engine
    private let farms: Set<UInt32>
    private var reader: SetReader<ElementList>
    private var found: ElementList

    init(engine: Engine, _ form: ElementForm, farms: Set<UInt16>) {
        self.engine = engine
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
                return .finished
            }
            return .more
        } catch {
            // What stays behind is asked by nobody, and ends with its time.
            return .finished
        }
    }
}
