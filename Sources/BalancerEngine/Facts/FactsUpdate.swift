// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// Brings the facts up to date: asks the kernel what is still to be asked, then compiles the farms again that depend on what
/// has changed. That is no change of the configuration: it makes no revision.
final class FactsUpdate: Work {
    private let engine: Engine

    init(engine: Engine) { self.engine = engine }

    func advance() -> WorkProgress {
        guard let network = engine.network else { return .finished }
        do throws(KernelFailure) {
            guard try network.lookUp() else { return .more }
        } catch {
            engine.observer?.notice(.networkUnseen(error.description))
            engine.scheduleFacts(milliseconds: Self.patience)
        }
        engine.askNeighbours()
        let changes = network.takeChanges(besides: engine.facts)
        guard !changes.isEmpty else { return .finished }
        return take(changes, from: network)
    }

    private func take(_ changes: FactChanges, from network: NetworkWatch) -> WorkProgress {
        let names = network.farms.touched(by: changes)
        let before = engine.facts
        engine.facts.take(changes, from: network.view.facts)
        engine.noteInterfaces(changes.interfaces, before: before)
        // What the host does or does not forward is in no farm's elements.
        if engine.facts.forwarding != before.forwarding { engine.reviewStates() }
        let isTouched = !names.isEmpty || network.farms.isClusterTouched(by: changes)
        guard isTouched || engine.isInstalledUnsure, engine.state == .ready else { return .finished }
        engine.replaceWork(
            with: Group(engine: engine, recompiling: names) { [engine] in
                // Refused: the farms stand as they were, and so must what they were made of.
                engine.facts = before
                network.putBack(changes)
                engine.scheduleFacts(milliseconds: Self.patience)
            })
        return .more
    }

    /// How long after a failure it is tried again, in milliseconds.
    private static let patience = 1000
}
