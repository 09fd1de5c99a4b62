// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import Nftables

/// Takes away what nobody uses any more, some time after the last user left: shapes, features, counters of backends that
/// are gone. No packet can reach any of it.
final class Collection: Work {
    private let engine: Engine
    private var plan: SkeletonPlan?
    private var wanted: Skeleton?
    private var result: Result<Void, KernelFailure>?
    private let completion: ((Result<Void, KernelFailure>) -> Void)?

    /// - Parameter completion: is told how it ended; nil: what is left behind is told to the observer.
    init(engine: Engine, completion: ((Result<Void, KernelFailure>) -> Void)? = nil) {
        self.engine = engine
        self.completion = completion
    }

    func advance() -> WorkProgress {
        if let result, let plan, let wanted { return finish(result, plan, wanted) }
        if plan != nil { return .waiting }
        _ = engine.lookAtInstalled()
        let wanted = engine.usage.needed(of: engine.skeleton)
        let plan = SkeletonPlan(wanted: wanted, installed: engine.installed)
        guard !plan.collect.isEmpty else {
            completion?(.success(()))
            return .finished
        }
        self.plan = plan
        self.wanted = wanted
        engine.runHelper(plan.collect) { [self] result in
            self.result = result
            engine.schedule()
        }
        return .waiting
    }

    private func finish(_ result: Result<Void, KernelFailure>, _ plan: SkeletonPlan, _ wanted: Skeleton) -> WorkProgress
    {
        do throws(KernelFailure) {
            try result.get()
            engine.skeleton = wanted
            engine.noteInstalled(plan.afterCollect, over: engine.installed, kernel: try engine.kernel.inventory())
            engine.skeleton.shapes.adopt(plan.afterCollect)
            engine.skeleton.lists.adopt(plan.afterCollect)
            engine.scheduleCollection()
            completion?(.success(()))
        } catch {
            guard let completion else {
                engine.observer?.notice(.leftBehind(error.description))
                return .finished
            }
            completion(.failure(error))
        }
        return .finished
    }
}

extension Engine {
    /// How long something must have been unused: a farm that is deleted and made again finds its shape.
    private static var collectionDelay: Int { 60_000 }

    /// Looks for what nobody uses, after a while.
    ///
    /// - Parameter isSurplusKnown: whether every shape that is installed is one that this engine has seen in use.
    func scheduleCollection(isSurplusKnown: Bool = true) {
        guard !isCollectionScheduled else { return }
        guard !isSurplusKnown || usage.hasSurplus(skeleton) || hasEmptiedChains else { return }
        isCollectionScheduled = true
        scheduler.after(milliseconds: Self.collectionDelay) { [weak self] in
            guard let self else { return }
            isCollectionScheduled = false
            beginWhenIdle { Collection(engine: $0) }
        }
    }

    /// Chains that are out of use and still there: the second step of a collection.
    var hasEmptiedChains: Bool { installed.tables.values.contains { $0.chains.values.contains(0) } }
}
