// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

extension Engine {
    /// News gather for this long: what happens to a network rarely comes alone. Milliseconds.
    private static var gathering: Int { 5 }
    /// Between two looks at neighbours that should be asked, in milliseconds.
    private static var questionPause: Int { 1000 }

    /// Says what has changed in the host's network.
    public func note(_ news: [NetworkNews]) {
        guard let network else { return }
        network.note(news)
        scheduleFacts()
    }

    /// Brings the facts up to date soon, and with them the farms that depend on what has changed.
    func scheduleFacts(milliseconds: Int? = nil) {
        guard let network, !network.isUpdateScheduled else { return }
        network.isUpdateScheduled = true
        scheduler.after(milliseconds: milliseconds ?? Self.gathering) { [weak self] in
            guard let self, let network = self.network else { return }
            network.isUpdateScheduled = false
            // A start looks itself.
            guard state != .loading else { return }
            beginWhenIdle { FactsUpdate(engine: $0) }
        }
    }

    /// Has neighbours asked, and again while there are some that do not answer.
    func askNeighbours() {
        guard let network, network.hasQuestions else { return }
        do throws(KernelFailure) {
            try network.ask(at: scheduler.now)
        } catch {
            observer?.notice(.networkUnseen(error.description))
        }
        guard !network.isQuestionScheduled else { return }
        network.isQuestionScheduled = true
        scheduler.after(milliseconds: Self.questionPause) { [weak self] in
            self?.network?.isQuestionScheduled = false
            self?.askNeighbours()
        }
    }

    // MARK: For changes

    /// Begins to find out what farms depend on that are to be compiled, as far as the kernel knows it now. Nobody is asked on
    /// the wire before the change has been made.
    ///
    /// What other farms depend on is left to its own turn, in which they are compiled too.
    func beginFacts(for farms: some Sequence<Farm>, _ cluster: Cluster?) {
        guard let network else { return }
        for address in network.dropUnneeded() {
            facts.ways[address] = nil
            facts.exits[address] = nil
        }
        var wanted = DependentFarms()
        wanted.cluster = cluster
        for farm in farms {
            wanted.insert(farm)
            guard let needs = networkDependencies(of: farm) else { continue }
            for address in needs.ways where facts.ways[address] == nil {
                network.addForChange(destination: address, asksNeighbour: true)
            }
            for address in needs.exits where facts.exits[address] == nil {
                network.addForChange(destination: address, asksNeighbour: false)
            }
        }
        do throws(KernelFailure) {
            takeWhole(try network.follow(wanted.subjects), from: network.view.facts)
        } catch {
            observer?.notice(.networkUnseen(error.description))
        }
    }

    /// Does a piece of that.
    ///
    /// - Returns: whether it is done.
    func lookUpFacts() -> Bool {
        guard let network else { return true }
        do throws(KernelFailure) {
            guard try network.lookUp() else { return false }
        } catch {
            observer?.notice(.networkUnseen(error.description))
        }
        for address in network.forChange {
            if facts.ways[address] == nil { facts.ways[address] = network.view.facts.ways[address] }
            if facts.exits[address] == nil { facts.exits[address] = network.view.facts.exits[address] }
        }
        if network.view.hasChanges { scheduleFacts() }
        return true
    }

    /// Takes over what nobody has followed before.
    func takeWhole(_ subjects: NetworkSubjects, from new: NetworkFacts) {
        guard subjects.contains(.host) else { return }
        facts.interfaces = new.interfaces
        facts.ownAddresses = new.ownAddresses
        facts.forwarding = new.forwarding
    }

    /// The farms of a change are what they are now.
    func noteFarms(before: some Sequence<Farm>, after: some Sequence<Farm>) {
        guard let network else { return }
        var destinations: Set<IPAddress> = []
        for farm in before {
            network.farms.remove(farm)
            guard let needs = networkDependencies(of: farm) else { continue }
            destinations.formUnion(needs.ways.union(needs.exits))
        }
        for farm in after { network.farms.insert(farm) }
        for address in destinations where !network.farms.needsWay(to: address) {
            facts.ways[address] = nil
            if !network.release(destination: address) { facts.exits[address] = nil }
        }
        do throws(KernelFailure) {
            takeWhole(try network.followLess(), from: NetworkFacts())
        } catch {
            observer?.notice(.networkUnseen(error.description))
        }
        askNeighbours()
    }
}
