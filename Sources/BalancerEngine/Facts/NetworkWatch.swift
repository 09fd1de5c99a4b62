// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// The engine's eyes on the host's network: what is followed, for whom, and what there is still to ask.
///
/// Nothing is followed or asked while no farm needs it, and nothing is done while nothing changes, except that neighbours
/// are asked whose answers have become old.
final class NetworkWatch {
    private let port: any NetworkPort
    private var followed: NetworkSubjects = []
    private(set) var view = NetworkView()
    var farms = DependentFarms()
    /// Something was not told, or could not be read.
    private var isLost = false
    var isUpdateScheduled = false
    var isQuestionScheduled = false

    init(_ port: any NetworkPort) { self.port = port }

    /// Routes and neighbours looked up in one piece of work: some milliseconds.
    private static let piece = 128

    /// Follows more subjects, and reads what there is of them.
    ///
    /// - Returns: those that were not followed before.
    func follow(_ subjects: NetworkSubjects) throws(KernelFailure) -> NetworkSubjects {
        let more = subjects.subtracting(followed)
        guard !more.isEmpty else { return [] }
        // First follow, then read: what changes in between is told as well.
        try port.follow(followed.union(more))
        followed.formUnion(more)
        for news in try port.read(more) { view.apply(news) }
        return more
    }

    /// Ends to follow what no farm needs any more.
    ///
    /// - Returns: that.
    func followLess() throws(KernelFailure) -> NetworkSubjects {
        let less = followed.subtracting(farms.subjects)
        guard !less.isEmpty else { return [] }
        followed.subtract(less)
        try port.follow(followed)
        view.replace(less, with: [])
        return less
    }

    func note(_ news: [NetworkNews]) {
        for news in news {
            if news == .lost { isLost = true } else { view.apply(news) }
        }
    }

    /// Destinations of a change under way: no farm needs them before it is made.
    private(set) var forChange: Set<IPAddress> = []

    /// - Parameter asksNeighbour: whether it must be known to whom frames there go, and not only by which interface.
    func addForChange(destination: IPAddress, asksNeighbour: Bool) {
        forChange.insert(destination)
        view.add(destination: destination, asksNeighbour: asksNeighbour)
    }

    /// Forgets the destinations of the change before that it did not leave to a farm.
    func dropUnneeded() -> [IPAddress] {
        let unneeded = forChange.filter { !farms.needsWay(to: $0) }
        forChange = []
        return unneeded.filter { !release(destination: $0) }
    }

    /// Ends to care about the way to a destination, and about the interface where that is not needed either.
    ///
    /// - Returns: whether it is needed.
    func release(destination: IPAddress) -> Bool {
        guard farms.needsExit(to: destination) else {
            view.remove(destination: destination)
            return false
        }
        view.askNoNeighbour(of: destination)
        return true
    }

    func putBack(_ changes: FactChanges) { view.putBack(changes) }
    /// What has changed since the last time, apart from what somebody has taken over already.
    func takeChanges(besides facts: NetworkFacts) -> FactChanges { view.takeChanges().differing(facts, view.facts) }

    /// Asks the kernel what is still to be asked, a piece of it.
    ///
    /// - Returns: whether all is known that the kernel knows.
    func lookUp() throws(KernelFailure) -> Bool {
        if isLost {
            view.replace(followed, with: try port.read(followed))
            isLost = false
        }
        for destination in view.staleRoutes.prefix(Self.piece) {
            view.set(try port.route(to: destination), to: destination)
        }
        for place in view.staleNeighbours.prefix(Self.piece) {
            view.apply(.neighbour(place, try port.neighbour(place)))
        }
        return view.isSettled
    }

    /// Has neighbours asked that should be.
    func ask(at now: UInt64) throws(KernelFailure) {
        for place in view.takeQuestions(at: now) { try port.probe(place) }
    }

    var hasQuestions: Bool { view.neighbours.hasQuestions }
}
