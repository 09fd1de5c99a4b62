// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// Compares the kernel with what the store says, and writes only the difference: at a start, when the engine lost track, and
/// when another program changed our tables.
///
/// Nothing is ever flushed. An unchanged kernel is only read: its generation stays.
final class Comparison: Work {
    private enum Stage {
        case inventory
        case installing
        case compiling(next: Int)
        case compilingPolicies(ArraySlice<(number: UInt32, policy: Policy)>)
        case reading(ElementReader)
        case correcting(Correction, next: Int)
        case recording
    }

    /// What a comparison found wrong, and corrected.
    struct Finding: Equatable {
        var elements = 0
        /// Chains and sets.
        var objects = 0
        /// Those of them that should not be there: they are still to be collected.
        var surplus = 0

        var isNothing: Bool { elements == 0 && objects == 0 }
    }

    private let engine: Engine
    private let reason: Reason
    private let completion: (Result<Finding, StartFailure>) -> Void
    private var stage = Stage.inventory
    private var names: [Name]
    private var wanted = ElementBins()
    private var wideAddresses = WideAddresses()
    /// What the engine held before: a comparison that fails must not leave half of another skeleton behind.
    private var before:
        (skeleton: Skeleton, installed: KernelInventory, usage: SkeletonUsage, cluster: CompiledCluster?)?
    private var finding = Finding()
    /// Whether the stamp said what the file says: then the slots are looked at later, in the background.
    private var isStampRight = false
    /// What is installed once the helper has run.
    private var installation: Result<KernelInventory, KernelFailure>?

    private static let piece = 100

    /// Why the kernel is looked at.
    enum Reason {
        case start
        /// The engine does not know what the kernel holds.
        case lostTrack
        /// Another program was there: all elements are looked at, whatever the stamp says.
        case drift
    }

    init(engine: Engine, reason: Reason, completion: @escaping (Result<Finding, StartFailure>) -> Void) {
        self.engine = engine
        self.reason = reason
        self.completion = completion
        names = engine.configuration.farms.map(\.name)
    }

    func advance() -> WorkProgress {
        do {
            switch stage {
            case .inventory: return try compareSkeleton()
            case .installing:
                guard let installation else { return .waiting }
                try finishInstallation(installation)
            case .compiling(let next): compile(from: next)
            case .compilingPolicies(let policies): compileFirst(of: policies)
            case .reading(var reader):
                stage = .inventory
                guard try reader.advance() else {
                    stage = .reading(reader)
                    return .more
                }
                stage = .correcting(Correction(reader.comparisons, limit: engine.transactionLimit), next: 0)
            case .correcting(let correction, let next):
                guard next < correction.transactions.count else { return try finish(correction) }
                try engine.commitRepairing(correction.transactions[next])
                stage = .correcting(correction, next: next + 1)
            case .recording: return .waiting
            }
            return .more
        } catch { return fail(error) }
    }

    private func fail(_ error: any Error) -> WorkProgress {
        let failure: StartFailure =
            switch error {
            case let failure as StartFailure: failure
            case let failure as KernelFailure: .kernel(failure.description)
            case let failure as StoreFailure: .store(failure)
            default: .kernel("\(error)")
            }
        if reason != .start, let before {
            engine.skeleton = before.skeleton
            engine.installed = before.installed
            engine.usage = before.usage
            engine.cluster = before.cluster
            engine.compareLater()
        }
        completion(.failure(failure))
        return .finished
    }

    // MARK: The skeleton

    private func compareSkeleton() throws -> WorkProgress {
        before = (engine.skeleton, engine.installed, engine.usage, engine.cluster)
        let kernel = reason == .start ? try engine.kernel.inventory() : try engine.ownInventory()
        engine.pendingSweep = []
        let owner = String(decoding: try engine.store.metadata(MetadataKey.storeID) ?? [], as: UTF8.self)
        let foreign = kernel.tables.filter { $0.value.comment != owner }
        try checkOwners(of: foreign)
        // Before anything is read of sets, and before the helper sees them.
        let sets = kernel.tables.filter { foreign[$0.key] == nil }.flatMap { family, table in
            table.sets.keys.sorted().map { SetReference(family: family, name: $0) }
        }
        finding.elements = try engine.kernel.deleteCatchAlls(of: sets)
        if reason == .drift {
            finding.surplus = kernel.objectCount(besides: engine.installed)
            finding.objects = finding.surplus
        }
        if reason == .start {
            engine.skeletonRecord = SkeletonRecord(encoded: try engine.store.metadata(MetadataKey.skeleton) ?? [])
        }
        let record =
            engine.drift.isLastScriptDoubted ? engine.skeletonRecord.doubtingTheLastScript : engine.skeletonRecord
        engine.drift.isLastScriptDoubted = false
        var installed = record.translate(kernel)
        for family in foreign.keys { installed.tables[family] = nil }
        engine.installed = installed
        engine.skeleton = wantedSkeleton(owner: owner, installed: installed)
        engine.installedStamp = try engine.stamp(in: installed)
        isStampRight = reason != .drift && engine.installedStamp == UInt32(truncatingIfNeeded: engine.revision)

        let change = SkeletonChange(to: engine.skeleton, from: installed)
        let script = SkeletonScript(foreign.keys.sorted().map { .deleteTable($0) } + change.script.operations)
        guard !script.isEmpty else {
            stage = .compiling(next: 0)
            return .more
        }
        finding.objects += script.operations.count
        isStampRight = false
        stage = .installing
        engine.runHelper(script) { [self] result in
            installation = result.map { change.installed }
            engine.schedule()
        }
        return .waiting
    }

    /// Who takes a table of ours away and puts another one there has changed ours; another daemon that says that a table is
    /// its own is left alone.
    private func checkOwners(of foreign: [TableFamily: KernelInventory.Table]) throws(StartFailure) {
        guard !engine.adopt else { return }
        let owners = foreign.filter { reason == .start || $0.value.comment != nil }
        guard let other = owners.min(by: { $0.key < $1.key }) else { return }
        throw StartFailure.otherOwner("table \(other.key.text) nftlb, id \(other.value.comment ?? "none")")
    }

    private func wantedSkeleton(owner: String, installed: KernelInventory) -> Skeleton {
        var skeleton = Skeleton(owner: owner)
        skeleton.shapes.adopt(installed)
        skeleton.lists.adopt(installed)
        for family in installed.tables.keys { skeleton.features[family] = [] }
        engine.usage = SkeletonUsage()
        for name in names {
            let numbered = numbered(name)
            let needs = needs(of: numbered)
            skeleton.require(needs)
            skeleton.interfaces.formUnion(numbered.farm.ingressInterfaces(engine.facts))
            skeleton.flowDevices.formUnion(numbered.farm.flowDevices(engine.facts))
            engine.usage.add(needs)
            require(policyNeeds(of: numbered), of: &skeleton)
        }
        for (number, policy) in engine.numberedPolicies {
            require([.policy(number, TableFamily(policy.family))], of: &skeleton)
        }
        for installed in engine.guardedAddresses.values { require(installed.needs, of: &skeleton) }
        engine.cluster = engine.configuration.cluster.map { BalancerCompiler.compile($0, facts: engine.facts) }
        if let cluster = engine.cluster { skeleton.require(cluster) }
        engine.usage.add(engine.cluster)
        return skeleton
    }

    private func require(_ needs: [PolicyNeed], of skeleton: inout Skeleton) {
        skeleton.require(needs)
        engine.usage.add(needs)
    }

    private func finishInstallation(_ result: Result<KernelInventory, KernelFailure>) throws {
        engine.noteInstalled(try result.get(), over: engine.installed, kernel: try engine.kernel.inventory())
        engine.installedStamp = try engine.stamp(in: engine.installed)
        stage = .compiling(next: 0)
    }

    // MARK: The elements

    private func numbered(_ name: Name) -> NumberedFarm {
        NumberedFarm(engine.configuration.farms[name]!, engine.farms[name]!)
    }

    private func compile(from next: Int) {
        let end = min(next + Self.piece, names.count)
        for name in names[next..<end] {
            let compiled = BalancerCompiler.compile(
                numbered(name), shapes: engine.skeleton.shapes, lists: engine.skeleton.lists, facts: engine.facts)
            engine.farms[name]!.compiled = compiled
            engine.usage.add(compiled)
            compiled.append(to: &wanted)
            wideAddresses.add(compiled)
        }
        stage = .compiling(next: end)
        guard end == names.count else { return }
        engine.wideAddresses = wideAddresses
        wideAddresses.append(to: &wanted)
        if let cluster = engine.cluster { wanted.append(cluster) }
        for (name, installed) in engine.guardedAddresses {
            let compiled = BalancerCompiler.compile(
                engine.configuration.addresses[name]!, installed.policies, lists: engine.skeleton.lists)
            engine.guardedAddresses[name]!.compiled = compiled
            if let compiled { wanted.append(compiled) }
        }
        // With the right stamp they are looked at later.
        stage = .compilingPolicies(isStampRight ? [] : engine.numberedPolicies[...])
    }

    private func compileFirst(of policies: ArraySlice<(number: UInt32, policy: Policy)>) {
        if let (number, policy) = policies.first {
            wanted.append(policy, number: number)
            if engine.skeleton.ingressPolicies.contains(IngressPolicy(number: number, family: policy.family)) {
                wanted.append(policy, number: number, isAtIngress: true)
            }
            stage = .compilingPolicies(policies.dropFirst())
            return
        }
        let all = engine.skeleton.dataMaps + engine.skeleton.formerMaps(in: engine.installed)
        let maps = all.filter { !isStampRight || $0.isDecisive }
        stage = .reading(ElementReader(kernel: engine.kernel, maps: maps, wanted: wanted.lists))
        wanted = ElementBins()
    }

    private func finish(_ correction: Correction) throws -> WorkProgress {
        finding.elements += correction.elementCount
        if !finding.isNothing, reason != .drift {
            engine.observer?.notice(.repaired(elements: finding.elements, objects: finding.objects))
        }
        if let stamp = engine.stampChange(to: engine.revision, in: engine.skeleton) {
            let steps = stamp.steps(to: stamp.target)
            if !steps.isEmpty { try engine.commitRepairing(Transaction(steps)) }
        }
        _ = engine.isFailing(at: .afterReconciliation)
        if isStampRight { engine.beginElementCheck(names, isWhole: false) }
        // Shapes of farms that are gone have only their chains' names here, so nobody counts them: look in any case.
        engine.scheduleCollection(isSurplusKnown: false)
        engine.scheduleWholeReview()
        engine.enqueueCounterWork { CounterCheck(engine: $0) }
        guard !engine.isRecordStored else { return succeed() }
        try engine.store.begin()
        try engine.storeSkeletonRecord()
        stage = .recording
        engine.store.commit { [self] result in
            // The record only saves work at the next start.
            if case .success = result { engine.isRecordStored = true }
            engine.endWork(self)
            _ = succeed()
        }
        return .waiting
    }

    private func succeed() -> WorkProgress {
        completion(.success(finding))
        return .finished
    }
}
