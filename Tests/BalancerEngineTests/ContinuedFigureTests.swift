// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import EngineSupport
import JSON
import Nftables
import Testing

@testable import BalancerEngine

/// Figures go on where numbers and modes change.
extension StatisticsTests {
    @Test("a backend with another mark keeps its figures, also over a daemon that ends before it has moved them")
    func figuresFollowMarks() throws {
        var bench = Self.bench()
        func expect(_ connections: [UInt64], _ packetsOut: [UInt64], _ comment: Comment) throws {
            for selection in [StatisticsSelection.all, .farms([Sample.name("web")])] {
                let web = try bench.statistics(selection).farms[0]
                #expect(web.backends.map(\.figures.connections) == connections, comment)
                #expect(web.backends.map(\.figures.packetsOut) == packetsOut, comment)
                #expect(web.total.connections == connections.reduce(0, +), comment)
                #expect(web.total.packetsOut == packetsOut.reduce(0, +), comment)
            }
        }
        bench.count(1 | BackendMark.masquerade, connections: 3, bytes: 180, later: 2, 100, replies: 5, 1000)
        bench.count(2, connections: 4, bytes: 240, replies: 1, 40)
        bench.failPoints.takesPictures = true
        bench.apply(["farms": [["name": "web", "mark": 0x100]]])
        bench.review()
        try expect([3, 4], [5, 1], "the farm's mark")
        let number = try #require(bench.engine.farms[Sample.name("web")]?.identity.backendNumbers[0])
        bench.count(number | BackendMark.masquerade | BackendMark.copied, connections: 1, bytes: 60)
        for mark in [0x500, 0x501, 0x500, 0] {
            bench.apply(["farms": [["name": "web", "backends": [["name": "b0", "mark": .integer(mark)]]]]])
            try expect([4, 4], [5, 1], "at once")
            bench.review()
            try expect([4, 4], [5, 1], "mark \(mark)")
        }
        let acknowledged = bench.failPoints.pictures.filter { $0.point == .afterAnswer }
        #expect(acknowledged.count == 5)
        for (index, picture) in acknowledged.enumerated() {
            bench = EngineBench(kernel: picture.kernel, store: picture.store)
            bench.review()
            let first: UInt64 = index == 0 ? 3 : 4
            try expect([first, 4], [5, 1], "killed after the answer")
            bench = bench.restarted()
            bench.review()
            try expect([first, 4], [5, 1], "started again")
        }
    }

    @Test("a farm's figures do not fall when it becomes one of mode local, and are not counted twice afterwards")
    func becomesLocal() throws {
        let bench = Self.bench()
        // As long as there is one, the set stays in which they count.
        bench.apply([
            "farms": [
                [
                    "name": "other", "mode": "local",
                    "addresses": [["name": "a", "ip-addr": "192.0.2.77", "ports": [80]]],
                    "backends": [["name": "b", "ip-addr": "10.5.0.1", "source-addr": "192.0.2.79"]],
                ]
            ]
        ])
        let number = try #require(bench.engine.farms[Sample.name("web")]?.identity.number)
        func connections() throws -> [UInt64] {
            let farms = try [StatisticsSelection.all, .farms([Sample.name("web")])].map {
                try bench.statistics($0).farms[0]
            }
            #expect(farms[0] == farms[1])
            return [farms[0].total.connections] + farms[0].backends.map(\.figures.connections)
        }
        bench.count(1 | BackendMark.masquerade, connections: 2, bytes: 120)
        bench.count(2 | BackendMark.masquerade, connections: 2, bytes: 120)
        #expect(try connections() == [4, 2, 2])
        bench.apply(["farms": [["name": "web", "mode": "local", "source-addr": "192.0.2.78"]]])
        #expect(try connections() == [4, 2, 2])
        // Clients of the proxy, and what it asks for them.
        bench.set("newconns-local", ElementBytes.bytes(UInt32(number)), 3, 180)
        let marks = try #require(bench.kernel.elements("proxy-marks"))
        let mark = try #require(
            (0..<marks.count).map { ElementBytes.number(marks.data(at: $0)) }.first { BackendMark.number(of: $0) == 2 })
        bench.set("newconns", ElementBytes.bytes(mark), 3, 180)
        #expect(try connections() == [7, 2, 5])
        bench.apply(["farms": [["name": "web", "mode": "snat"]]])
        #expect(try connections() == [7, 2, 5])
        let again = bench.restarted()
        again.review()
        #expect(try again.statistics(.all).farms[0].total.connections == 7)
        again.apply([.delete(try ObjectPath(parsing: "/farms/web/backends/b1"))])
        again.review()
        #expect(try again.statistics(.all).farms[0].total.connections == 7)
        #expect(again.kernel.elements("newconns")?.count == 1)
    }
}
