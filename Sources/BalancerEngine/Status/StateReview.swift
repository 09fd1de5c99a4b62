// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

/// Looks at the states of all farms, because of something that no farm has changed: a setting of the host, a start. A piece
/// in each turn of the loop, beside changes.
final class StateReview: Work {
    private let engine: Engine
    private var rest: ArraySlice<Name>

    /// Farms in one piece of work: some hundred microseconds.
    private static let piece = 64

    init(engine: Engine) {
        self.engine = engine
        rest = engine.configuration.farms.names[...]
    }

    func advance() -> WorkProgress {
        for name in rest.prefix(Self.piece) { engine.reviewState(of: name) }
        rest = rest.dropFirst(Self.piece)
        return rest.isEmpty ? .finished : .more
    }
}

extension Engine {
    /// Has all farms looked at, soon.
    func reviewStates() {
        runAside(StateReview(engine: self)) { _ in }
    }

    /// Takes over what is the case with a farm now, and tells it where it is something else than before.
    fileprivate func reviewState(of name: Name) {
        guard let farm = configuration.farms[name], let before = farms[name]?.moments else { return }
        let condition = condition(of: farm)
        let unchanged = ObjectDifference(name: name, before: farm, after: farm)
        let after = FarmMoments(unchanged, farm, condition, before: before, now: scheduler.wallClock)
        guard after != before else { return }
        farms[name]?.moments = after
        tell(farm, condition, before: before, after: after)
    }

    /// Tells who does otherwise after a group than before. What has come or gone is told as a change.
    func tellStates(_ plan: GroupPlan) {
        for (planned, origins) in zip(plan.farms, plan.origins) {
            guard let before = planned.before?.installed.moments, let after = planned.after,
                case let moments = after.installed.moments, moments != before
            else { continue }
            let known = FarmMoments(
                farm: before.farm,
                backends: zip(origins, moments.backends).map { origin, new in origin.map { before.backends[$0] } ?? new
                })
            tell(after.farm, condition(of: after.farm), before: known, after: moments)
        }
    }

    private func tell(_ farm: Farm, _ condition: FarmCondition, before: FarmMoments, after: FarmMoments) {
        if after.farm.operational != before.farm.operational {
            emit(.state(StateEvent(farm: farm.name, before: before.farm.operational, after: condition.farm)))
        }
        for (index, backend) in farm.backends.enumerated()
        where after.backends[index].operational != before.backends[index].operational {
            emit(
                .state(
                    StateEvent(
                        farm: farm.name, backend: backend.name, before: before.backends[index].operational,
                        after: condition.backends[index])))
        }
    }
}
