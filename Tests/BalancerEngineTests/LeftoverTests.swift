// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import EngineSupport
import JSON
import Nftables
import Testing

@testable import BalancerEngine

@Suite("What a daemon that was killed had left to do")
struct LeftoverTests {
    static func persistence(_ fields: JSONValue) -> JSONValue { ["farms": [["name": "web", "persistence": fields]]] }

    /// Farm `web` knows a client.
    static func sticky() -> EngineBench {
        let bench = ReviewTests.bench()
        bench.apply(persistence(["srcip"]))
        bench.finish()
        bench.learn()
        return bench
    }

    @Test("what a store has is read as it was written, and what another version wrote is passed over")
    func text() throws {
        var leftovers = Leftovers()
        leftovers.add(
            encoded: Array(
                """
                lost 17 10.0.0.1 8080
                lost 17 10.0.0.1 8081
                lost 18 2001:db8::1 0
                sessions 3 ip6 srcip-srcport routed
                sessions 4 ip srcip ingress
                sources 5 ip est-50 8
                backend 3 17
                backend 3 18
                backend 3
                moved 1 2 3
                lost x 10.0.0.1 80
                sources 5 ip est-50 7

                """.utf8))
        let first = IPAddress.v4(0x0a00_0001)
        #expect(
            leftovers.lost == [
                17: [.init(address: first, port: 8080), .init(address: first, port: 8081)],
                18: [.init(address: try IPAddress("2001:db8::1"), port: 0)],
            ])
        #expect(
            leftovers.sessions == [
                SessionReading(fields: SessionFields([.srcip, .srcport]), family: .ip6): [3],
                SessionReading(fields: SessionFields([.srcip]), family: .ip, isAtIngress: true): [4],
            ])
        let form = ElementForm(set: SetReference(family: .ip, name: "est-50"), keyLength: 8, dataLength: 0)
        #expect(leftovers.sources == [form: [5]])
        #expect(leftovers.backends == [3: [17, 18]])
    }

    @Test("a farm that was deleted: its connections are forgotten by the next daemon, once")
    func deleted() throws {
        let bench = ReviewTests.bench()
        let connection = ReviewTests.connection(bench.marks[0], id: 1, replied: true)
        bench.apply([.delete(ObjectPath(["farms", "web"]))])
        let again = bench.restarted()
        again.connections.connections = [connection]
        again.finish()
        #expect(again.connections.connections.isEmpty)
        #expect(!again.leftovers.isEmpty)
        again.apply(Sample.farm("other", backends: 1, address: "192.0.2.9"))
        #expect(again.leftovers.isEmpty)
    }

    @Test("what is done goes with a later change; what is not stays as long as it is not")
    func order() throws {
        let bench = ReviewTests.bench()
        #expect(bench.leftovers.isEmpty)
        bench.apply(ReviewTests.state("b0", "down"))
        #expect(bench.leftovers.count == 2)
        bench.apply(.object(Sample.weight("web", "b1", 3)))
        #expect(bench.leftovers.count == 2)
        bench.apply(ReviewTests.state("b1", "down"))
        #expect(bench.leftovers.count == 3)
        bench.finish()
        #expect(bench.leftovers.count == 3)
        bench.apply(.object(Sample.weight("web", "b1", 4)))
        #expect(bench.leftovers.isEmpty)
    }

    @Test("sessions that were to be forgotten are forgotten by the next daemon, at once or asked again later")
    func sessions() throws {
        let bench = Self.sticky()
        bench.apply(Self.persistence([]))
        #expect(bench.kernel.elements("persist-srcip")?.count == 1)
        let again = bench.restarted()
        again.finish()
        #expect(again.kernel.elements("persist-srcip")?.count == 0)
        // A daemon that does all of it again does no harm: what is asked again stays.
        again.apply(Self.persistence(["srcip"]))
        again.learn()
        let third = EngineBench(kernel: again.kernel.ruleset, store: again.store.durable)
        third.finish()
        #expect(third.kernel.elements("persist-srcip")?.count == 1)
    }

    @Test("what was asked again before anybody was killed stays")
    func askedAgain() throws {
        let bench = Self.sticky()
        bench.apply(Self.persistence([]))
        bench.apply(Self.persistence(["srcip"]))
        #expect(!bench.leftovers.isEmpty)
        let again = bench.restarted()
        again.finish()
        #expect(again.kernel.elements("persist-srcip")?.count == 1)
    }

    @Test("what sources had used up of a limit that is gone is forgotten by the next daemon")
    func sources() throws {
        let bench = ReviewTests.bench()
        bench.apply(["farms": [["name": "web", "est-connlimit": 50]]])
        bench.finish()
        bench.kernel.ruleset.tables[.ip]?.sets["est-50"]?.elements[
            ElementBytes.bytes(1) + ElementBytes.bytes(0x0a09_0001)] = []
        bench.apply(["farms": [["name": "web", "est-connlimit": 60]]])
        let again = bench.restarted()
        again.finish()
        #expect(again.kernel.elements("est-50")?.count == 0)
    }
}

extension EngineBench {
    /// What the store has of leftovers: the list, and a value for each change.
    fileprivate var leftovers: [String] { store.durable.metadata.keys.filter { $0.hasPrefix("leftovers") } }

    /// Lets everything be done that is done beside changes.
    fileprivate func finish() {
        for _ in 0..<6 {
            scheduler.advance(milliseconds: 60)
            scheduler.run()
        }
    }

    /// Farm 1 learns a client.
    fileprivate func learn() {
        let mark = ElementBytes.bytes(marks[0])
        kernel.ruleset.tables[.ip]?.sets["persist-srcip"]?.elements[
            ElementBytes.bytes(1) + ElementBytes.bytes(0x0a09_0001)] = mark
    }
}
