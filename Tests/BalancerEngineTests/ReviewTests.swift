// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerEngine
import BalancerModel
import EngineSupport
import JSON
import Nftables
import Testing

@Suite("Connections are judged again after a change")
struct ReviewTests {
    /// A bench with farm `web` of two backends, whose first review is over.
    static func bench() -> EngineBench {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 2))
        bench.review()
        bench.connections.forgetHistory()
        return bench
    }

    static func state(_ backend: String, _ state: String) -> JSONValue {
        ["farms": [["name": "web", "backends": [["name": .string(backend), "state": .string(state)]]]]]
    }

    /// A datagram to 192.0.2.1:80 that nobody serves, or that the backend with this mark answers.
    static func connection(_ mark: UInt32, id: UInt32, replied: Bool = false) -> TrackedConnection {
        TrackedConnection(
            transport: 17, source: .v4(0x0a09_0102), destination: .v4(0xc000_0201),
            selector: .ports(source: 4000, destination: 80),
            answering: mark == 0 ? .v4(0xc000_0201) : .v4(0x0a01_0000 + BackendMark.number(of: mark)),
            answeringPort: mark == 0 ? 80 : 8080, mark: mark, isReplied: replied, isTranslated: mark != 0, id: id)
    }

    @Test("a backend that goes down: its connections, and no others, after what was left behind has gone")
    func lost() throws {
        let bench = Self.bench()
        let marks = bench.marks
        bench.connections.connections = [
            Self.connection(marks[0], id: 1, replied: true), Self.connection(marks[1], id: 2, replied: true),
            Self.connection(0, id: 3),
        ]
        bench.apply(Self.state("b0", "down"))
        bench.scheduler.advance(milliseconds: 49)
        bench.scheduler.run()
        #expect(bench.connections.filters.isEmpty)
        bench.scheduler.advance(milliseconds: 2)
        bench.scheduler.run()
        #expect(bench.kernel.elements("usable")?.count == 1)
        #expect(bench.connections.filters.isEmpty)
        bench.review()
        #expect(bench.connections.connections.map(\.id) == [2, 3])
        let mark = ConnectionFilter.MarkBits(value: BackendMark.number(of: marks[0]), mask: BackendMark.number)
        #expect(bench.connections.filters == [ConnectionFilter(family: .ipv4, mark: mark)])
    }

    @Test("where nothing can be stale nobody looks")
    func nothing() {
        let bench = Self.bench()
        bench.apply(Self.state("b0", "off"))
        bench.apply(.object(Sample.weight("web", "b1", 3)))
        bench.apply(["farms": [["name": "web", "mode": "dnat"]]])
        bench.apply(.object(Sample.backend("web", "b7", "10.1.0.9")))
        bench.apply(["farms": [["name": "web", "state": "down"]]])
        bench.review()
        #expect(bench.connections.filters.isEmpty)
        bench.apply(["farms": [["name": "web", "state": "up"]]])
        bench.review()
        #expect(bench.connections.filters.count == 1)
    }

    @Test("ten thousand farms are one walk a family")
    func load() {
        let bench = Self.bench()
        bench.connections.connections = (0..<100).map { Self.connection(0, id: $0) }
        bench.apply(Sample.many(400))
        bench.apply(Sample.many(100, from: 400))
        bench.review()
        #expect(bench.connections.filters.count == 1)
        #expect(bench.connections.connections.count == 100)
        bench.apply(["farms": []], mode: .replace)
        bench.review()
        #expect(bench.connections.filters.count == 2)
    }

    @Test("a farm that gets a backend serves whom nobody served")
    func served() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 0))
        bench.review()
        bench.connections.connections = [Self.connection(0, id: 1), Self.connection(0, id: 2, replied: true)]
        bench.connections.connections[1].destination = .v4(0xc000_02ff)
        bench.apply(.object(Sample.backend("web", "b0", "10.1.0.1")))
        // The sample's farm listens on TCP.
        bench.review()
        #expect(bench.connections.connections.count == 2)
        bench.connections.connections[0].transport = 6
        bench.apply(Self.state("b0", "down"))
        bench.apply(Self.state("b0", "up"))
        bench.review()
        #expect(bench.connections.connections.map(\.id) == [2])
    }

    @Test("what a change that could not be stored has let through is looked for, too")
    func takenBack() {
        let bench = Self.bench()
        bench.store.failingCommits = 1
        let answer = bench.submit(.configuration(Sample.backend("web", "b2", "10.1.0.3"), .merge))
        bench.scheduler.run()
        #expect(answer.error?.kind == .storage)
        // The number that the backend had for a moment.
        bench.connections.connections = [Self.connection(3, id: 1, replied: true)]
        bench.review()
        #expect(bench.connections.connections.isEmpty)
    }

    @Test("a start looks at all connections to addresses of ours")
    func start() {
        let bench = Self.bench()
        let again = bench.restarted()
        again.connections.connections = [
            Self.connection(bench.marks[0], id: 1), Self.connection(77, id: 2), Self.connection(0, id: 3),
        ]
        again.connections.connections[0].answering = .v4(0x0a01_0001)
        again.review()
        #expect(again.connections.filters == [ConnectionFilter(family: .ipv4)])
        // Number 77 is nobody's; the sample's farm listens on TCP, so these datagrams went elsewhere.
        #expect(again.connections.connections.map(\.id) == [1, 2, 3])
        for index in 0..<3 { again.connections.connections[index].transport = 6 }
        let third = bench.restarted()
        third.connections.connections = again.connections.connections
        third.review()
        #expect(third.connections.connections.map(\.id) == [1])
    }

    @Test("a kernel without connection tracking is said once, and changes go on")
    func unsupported() {
        let bench = Self.bench()
        bench.connections.failure = .refused(KernelError.invalid, "list connections")
        #expect(bench.apply(Self.state("b0", "down")).isSuccess)
        bench.review()
        let notices = bench.observer.notices.filter { if case .connectionsNotReviewed = $0 { true } else { false } }
        #expect(notices.count == 1)
        bench.connections.failure = nil
        bench.apply(Self.state("b1", "down"))
        bench.review()
        #expect(bench.connections.filters.count == 1)
    }

    @Test("requests that never cease do not keep a review waiting")
    func underLoad() {
        let bench = Self.bench()
        bench.connections.connections = [Self.connection(bench.marks[0], id: 1)]
        bench.apply(Self.state("b0", "down"))
        // Each answer is followed by the next request: the queue is never empty between two groups.
        var round = 0
        func submit() {
            round += 1
            let change = ChangeRequest(
                content: .configuration(Sample.weight("web", "b1", 1 + round % 2), .merge),
                author: Author(user: 0, group: 0, process: 1, origin: "test"))
            bench.engine.submit(change) { _ in if round < 2000 { submit() } }
        }
        submit()
        while round < 2000, !bench.connections.connections.isEmpty {
            bench.scheduler.advance(milliseconds: 1)
            bench.scheduler.turn()
        }
        #expect(round < 2000)
        #expect(bench.connections.connections.isEmpty)
    }
}

extension EngineBench {
    /// Lets what was left behind go, and connections be looked at.
    func review() {
        for _ in 0..<3 {
            scheduler.advance(milliseconds: 60)
            scheduler.run()
        }
    }

    /// The marks of the usable backends, in order.
    var marks: [UInt32] {
        guard let usable = kernel.elements("usable") else { return [] }
        return (0..<usable.count).map { ElementBytes.number(usable.key(at: $0)) }.sorted()
    }
}
