// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

/// Makes numbers free that a request gives to backends while others have them. Within one transaction elements of both owners
/// would stand under one key, and what one has counted, or its clients have learnt, would be the other's. So the owners get
/// other numbers first, and once no packet is under way with the old ones their counts go along and sessions are forgotten.
final class NumberClearing: Work {
    private enum Stage {
        case moving(Group)
        case settling
        case finished
    }

    private let engine: Engine
    private let numbers: Set<UInt32>
    private var stage = Stage.settling
    private var owners: [Name] = []
    /// Whether the owners keep their numbers.
    private(set) var hasFailed = false

    /// Long enough that no packet is between two lookups any more.
    private static let delay = 50

    /// - Parameter given: all numbers that the request gives.
    init(_ numbers: Set<UInt32>, given: Set<UInt32>, engine: Engine) {
        self.engine = engine
        self.numbers = numbers
        owners = engine.owners(of: numbers)
        if owners.isEmpty {
            settle()
            return
        }
        let renumbering = Renumbering(leaving: numbers, avoiding: given.union(numbers))
        stage = .moving(
            Group(engine: engine, recompiling: owners, renumbering: renumbering) { [unowned self] in hasFailed = true })
    }

    func advance() -> WorkProgress {
        switch stage {
        case .moving(let group):
            let progress = group.advance()
            guard case .finished = progress else { return progress }
            if hasFailed { return .finished }
            settle()
            return .waiting
        case .settling: return .waiting
        case .finished: return .finished
        }
    }

    private func settle() {
        stage = .settling
        let retired = engine.retired.backends
        let farms = Set(retired.filter { !numbers.isDisjoint(with: $0.value) }.keys)
        engine.scheduler.after(milliseconds: Self.delay) { [self] in
            engine.enqueueCounterWork { engine in
                CounterRemoval(engine: engine) { [self] in
                    engine.forgetSessions(ofBackends: numbers, farms: farms) { [self] in
                        stage = .finished
                        engine.schedule()
                    }
                }
            }
        }
    }
}
