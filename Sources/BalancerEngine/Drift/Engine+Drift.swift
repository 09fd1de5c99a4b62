// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

extension Engine {
    /// Says that another program changed something in our tables, or may have: they are compared with what they should hold,
    /// and corrected.
    ///
    /// - Parameter author: who it was, in words; nil when the kernel did not say.
    public func noteForeignChange(by author: String?) {
        if let author { drift.author = author }
        if let recordDoubt, scheduler.now - recordDoubt < Drift.doubt { drift.isLastScriptDoubted = true }
        guard !drift.isLookDue else { return }
        drift.isLookDue = true
        let next = drift.nextLook(at: scheduler.now)
        if next.beginsFight { observer?.notice(.fight(author: drift.author, seconds: Drift.pause)) }
        scheduler.after(milliseconds: next.milliseconds) { [weak self] in
            self?.whenReady { [weak self] in self?.lookForDrift() }
        }
    }

    /// Says that something was not told while a large change was sent, and somebody changed something then: very likely in
    /// tables of theirs. A look shows it; where that happens all the time, one now and then.
    public func noteMissedChange() {
        guard let milliseconds = drift.lookAfterMiss(at: scheduler.now) else { return }
        scheduler.after(milliseconds: milliseconds) { [weak self] in
            guard let self else { return }
            drift.isMissDue = false
            lookUncounted()
        }
    }

    /// How often other programs were found to have changed our tables since the start.
    public var driftFound: UInt64 { drift.found }
    /// How often that was corrected since the start.
    public var driftCorrected: UInt64 { drift.corrected }

    private func lookForDrift() {
        // Without a store that can be read nobody knows what the tables should hold.
        guard state == .ready else { return drift.isLookDue = false }
        beginWhenIdle { engine in
            // What comes from now on is for another look.
            engine.drift.isLookDue = false
            let author = engine.drift.author
            engine.drift.author = nil
            return Comparison(engine: engine, reason: .drift) { [weak engine] in engine?.looked($0, author) }
        }
    }

    private func looked(_ result: Result<Comparison.Finding, StartFailure>, _ author: String?) {
        switch result {
        case .success(let finding):
            if !finding.isNothing {
                drift.found += 1
                drift.corrected += 1
                observer?.notice(.drift(author: author, elements: finding.elements, objects: finding.objects))
                emit(.drift(author: author, elements: finding.elements, objects: finding.objects))
            }
            if finding.surplus > 0 { drift.isSurplusLeft = true }
            // What others put beside our chains may be in the packets' way.
            if drift.isSurplusLeft { collectSurplus(author) } else { drift.succeeded() }
        case .failure(let failure):
            drift.found += 1
            tryAgain(failure.sentence, author)
        }
    }

    /// - Parameter isFirst: chains that elements led to are emptied, and go in a second step.
    private func collectSurplus(_ author: String?, isFirst: Bool = true) {
        beginWhenIdle { engine in
            Collection(engine: engine) { [weak engine] result in
                guard let engine else { return }
                switch result {
                case .success where isFirst && engine.hasEmptiedChains:
                    engine.collectSurplus(author, isFirst: false)
                case .success:
                    engine.drift.isSurplusLeft = false
                    engine.drift.succeeded()
                case .failure(let failure):
                    engine.drift.found += 1
                    engine.tryAgain(failure.description, author)
                }
            }
        }
    }

    /// Says that the tables could not be corrected, and looks at them again after a pause.
    private func tryAgain(_ reason: String, _ author: String?) {
        drift.author = drift.author ?? author
        let next = drift.failed(reason)
        if next.isNew { observer?.notice(.notCorrected(reason)) }
        guard !drift.isRetryDue else { return }
        drift.isRetryDue = true
        scheduler.after(milliseconds: next.milliseconds) { [weak self] in
            guard let self else { return }
            drift.isRetryDue = false
            lookUncounted()
        }
    }

    /// Looks at the tables, unless that is coming anyway: it is no answer to a change of anybody.
    private func lookUncounted() {
        guard !drift.isLookDue else { return }
        drift.isLookDue = true
        whenReady { [weak self] in self?.lookForDrift() }
    }
}

extension KernelInventory {
    /// How many chains, sets, flow tables and elements of verdict maps stand here that another one does not name.
    func objectCount(besides known: KernelInventory) -> Int {
        tables.reduce(0) { sum, entry in
            let others = known.tables[entry.key]
            return sum + entry.value.chains.keys.count { others?.chains[$0] == nil }
                + entry.value.sets.keys.count { others?.sets[$0] == nil }
                + entry.value.flowTables.keys.count { others?.flowTables[$0] == nil }
                + entry.value.verdicts.reduce(0) { sum, map in
                    // With a map that is too much all that is in it goes.
                    guard let others, others.sets[map.key] != nil else { return sum }
                    return sum + map.value.keys.count { others.verdicts[map.key]?[$0] == nil }
                }
        }
    }
}
