// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// Backends whose connections are to be cut, because a drain has ended or their farm resets flows.
///
/// The numbers are stored with the change that decides it, so that a daemon that is killed before it has cut does so at its
/// next start. They go from the store with the next change: until then none of these backends can have taken a connection,
/// and cutting again does no harm.
struct Cuts {
    /// Those whose connections are not cut yet.
    var pending: Set<UInt32> = []
    /// What the store says.
    var stored: Set<UInt32> = []
    /// Whether a timer runs, or a cut.
    var isUnderWay = false
}

extension Set<UInt32> {
    /// As the store has it.
    var encodedNumbers: [UInt8] { Array(sorted().map(String.init).joined(separator: " ").utf8) }

    /// From the store.
    init(encodedNumbers bytes: [UInt8]) {
        self = Set(String(decoding: bytes, as: UTF8.self).split(separator: " ").compactMap { UInt32($0) })
    }
}

extension PlannedFarm {
    /// The numbers of backends whose connections end with this change.
    func cuts(_ difference: ObjectDifference<Farm>) -> [UInt32] {
        guard let before else { return [] }
        let resets = (after?.farm ?? before.farm).options.establishedFlows == .reset
        guard resets || before.farm.backends.contains(where: \.isDraining) else { return [] }
        var fates: [Int: Backend] = [:]
        for (index, origin) in difference.originsOfBackends.enumerated() {
            if let origin, let after { fates[origin] = after.farm.backends[index] }
        }
        return before.farm.backends.enumerated().compactMap { index, old in
            let isCut =
                old.isDraining && fates[index]?.isDrained == true
                || resets && old.state.isUsable && fates[index]?.state.isUsable != true
            return isCut ? before.installed.identity.backendNumbers[index] : nil
        }
    }

    /// The numbers of backends to which packets may go.
    var usableNumbers: [UInt32] {
        guard let after else { return [] }
        return zip(after.farm.backends, after.installed.identity.backendNumbers).filter { $0.0.state.isUsable }.map(\.1)
    }
}

extension Engine {
    /// Long enough that no packet is between two lookups any more.
    private static var cutDelay: Int { 50 }

    /// A group that decides about connections is durable.
    func noteCuts(_ plan: GroupPlan) {
        guard connections != nil else { return }
        if !cuts.pending.isEmpty { for farm in plan.farms { cuts.pending.subtract(farm.usableNumbers) } }
        cuts.stored = plan.storedCuts ?? cuts.stored
        cuts.pending.formUnion(plan.cuts)
    }

    /// Cuts what is to be cut, now that no packet can find these backends any more.
    func scheduleCuts() {
        guard connections != nil, !cuts.isUnderWay, !cuts.pending.isEmpty else { return }
        cuts.isUnderWay = true
        scheduler.after(milliseconds: Self.cutDelay) { [weak self] in
            guard let self else { return }
            guard hasFlowTables else { return beginCut() }
            // Kernels before 6.4 are said to delete no connection that is in a flow table (not tried); Debian's 6.1.0-56 does.
            beginWhenIdle { engine in FlowTableRenewal(engine: engine) { [weak engine] in engine?.beginCut() } }
        }
    }

    private func beginCut() {
        let numbers = cuts.pending
        guard let connections, !numbers.isEmpty else { return cuts.isUnderWay = false }
        let cut = ConnectionCut(numbers, connections: connections) { [weak self] result in
            if case .failure(let failure) = result {
                self?.observer?.notice(.connectionsNotCut(failure.description))
            }
        }
        runAside(cut) { [weak self] _ in
            guard let self else { return }
            cuts.isUnderWay = false
            cuts.pending.subtract(numbers)
            scheduleCuts()
        }
    }
}
