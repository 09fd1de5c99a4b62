// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerEngine
import BalancerModel
import EventLoop
import Netlink
import Nftables

/// The host's network as the engine sees it. Sockets are made when the first farm needs it.
final class NetworkFace: NetworkPort {
    private let loop: EventLoop
    private let journal: Journal
    private var sockets: Sockets?
    private var watch: DescriptorWatch?
    /// Where news go.
    var told: ([NetworkNews]) -> Void = { _ in }

    private struct Sockets {
        let questions: NetworkQuestions
        let events: NetworkEvents
    }

    init(loop: EventLoop, journal: Journal) {
        self.loop = loop
        self.journal = journal
    }

    func follow(_ subjects: BalancerEngine.NetworkSubjects) throws(KernelFailure) {
        let sockets = try open()
        try askingKernel { () throws(NetlinkError) in try sockets.events.follow(Netlink.NetworkSubjects(subjects)) }
        guard watch == nil else { return }
        do throws(SystemError) {
            watch = try DescriptorWatch(on: loop, sockets.events.descriptor) { [unowned self] _ in hear() }
        } catch {
            throw KernelFailure(kind: .refused(errno: error.code), message: error.description)
        }
    }

    func read(_ subjects: BalancerEngine.NetworkSubjects) throws(KernelFailure) -> [NetworkNews] {
        let questions = try open().questions
        var news: [NetworkNews] = []
        try askingKernel { () throws(NetlinkError) in
            try questions.read(Netlink.NetworkSubjects(subjects)) { NetworkNews($0).map { news.append($0) } }
        }
        return news
    }

    func route(to address: IPAddress) throws(KernelFailure) -> HostRoute {
        let questions = try open().questions
        return try askingKernel { () throws(NetlinkError) in
            HostRoute(try questions.route(to: NetworkAddress(address)))
        }
    }

    func neighbour(_ place: NeighbourPlace) throws(KernelFailure) -> NeighbourState {
        let questions = try open().questions
        return try askingKernel { () throws(NetlinkError) in
            try questions.neighbour(NetworkAddress(place.address), on: place.interface).map { NeighbourState($0) }
                ?? .unknown
        }
    }

    func probe(_ place: NeighbourPlace) throws(KernelFailure) {
        let questions = try open().questions
        try askingKernel { () throws(NetlinkError) in
            try questions.probe(NetworkAddress(place.address), on: place.interface)
        }
    }

    private func open() throws(KernelFailure) -> Sockets {
        if let sockets { return sockets }
        let made = try askingKernel { () throws(NetlinkError) in
            Sockets(questions: try NetworkQuestions(), events: try NetworkEvents())
        }
        sockets = made
        return made
    }

    private func hear() {
        guard let sockets else { return }
        var news: [NetworkNews] = []
        do throws(NetlinkError) {
            try sockets.events.read { NetworkNews($0).map { news.append($0) } }
        } catch {
            // A socket that fails would wake the loop for ever.
            watch?.cancel()
            journal.send(.eventsLost, "changes of the host's network are not seen any more: \(error.description)")
        }
        if !news.isEmpty { told(news) }
    }
}
