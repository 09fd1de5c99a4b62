// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import EventLoop
import Nftables
import NftablesKernel

/// Tells the engine, in turns of the loop, what other programs do to our tables.
final class ForeignChangeWatch {
    private let changes: ForeignChanges
    private let engine: Engine
    private let journal: Journal
    private var watch: DescriptorWatch?

    init(_ kernel: KernelFace, engine: Engine, loop: EventLoop, journal: Journal) throws(Failure) {
        self.engine = engine
        self.journal = journal
        do throws(KernelFailure) {
            changes = try kernel.foreignChanges()
        } catch {
            throw Failure(status: .kernel, reason: "follow the ruleset: \(error.message)")
        }
        changes.missed = { [unowned engine] in engine.noteMissedChange() }
        changes.ended = { [unowned self] in end($0) }
        do throws(SystemError) {
            watch = try DescriptorWatch(on: loop, changes.descriptor) { [unowned self] _ in read() }
        } catch {
            throw Failure(error)
        }
    }

    private func read() {
        do throws(KernelFailure) {
            try changes.read { engine.noteForeignChange(by: $0.author) }
        } catch {
            end(error)
        }
    }

    private func end(_ error: KernelFailure) {
        // A socket that fails would wake the loop for ever.
        watch?.cancel()
        journal.send(.eventsLost, "changes of other programs are not seen any more: \(error.description)")
    }
}
