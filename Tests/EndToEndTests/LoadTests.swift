// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// Nothing fails while things change under load.
@Suite("Under load", .requiresKernel, .serialized)
struct LoadTests {
    static let four = Endpoint("192.0.2.1", 80)
    static let six = Endpoint("2001:db8::1", 80)

    private static func start() throws -> (Lab, Daemon) {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm("f", at: four, scheduler: "weight", backends: Declared.backends()),
            Declared.farm("f6", at: six, mode: "dnat", backends: Declared.backends(ipv6: true)),
        ])
        return (lab, daemon)
    }

    @Test("Backends go down and up, weights change, farms come and go: no connection fails")
    func changes() throws {
        let (lab, daemon) = try Self.start()
        let load = lab.load([Self.four, Self.six])
        for round in 0..<12 {
            let index = round % 3
            let state = round.isMultiple(of: 2) ? "down" : "off"
            try daemon.set("f", "b\(index + 1)", ["state": state])
            try daemon.set("f6", "b\(index + 1)-6", ["state": state])
            let extra = Endpoint("192.0.2.\(100 + round)", 80)
            try daemon.apply(farms: [
                Declared.farm(
                    "extra\(round)", at: extra, scheduler: ["rr", "weight"][round % 2], backends: Declared.backends())
            ])
            #expect(try lab.spread(2, to: extra).values.reduce(0, +) == 2)
            try daemon.set("f", "b\((index + 1) % 3 + 1)", ["weight": 1 + round])
            usleep(50_000)
            try daemon.set("f", "b\(index + 1)", ["state": "up"])
            try daemon.set("f6", "b\(index + 1)-6", ["state": "up"])
            if round.isMultiple(of: 3) {
                try daemon.set("f", ["scheduler": "hash", "sched-param": ["srcip", "srcport"]])
                try daemon.set("f", ["scheduler": "weight", "sched-param": [String]()])
            }
            try daemon.delete("/farms/extra\(round)")
        }
        let result = load.expectNoFailure()
        #expect(Set(result.answered.keys) == ["b1", "b2", "b3"])
    }

    @Test("A backend that is down gets nothing from the moment of the answer")
    func exactly() throws {
        let (lab, daemon) = try Self.start()
        for _ in 0..<5 {
            try daemon.set("f", "b2", ["state": "down"])
            #expect(try lab.spread(61, to: Self.four)["b2"] == nil)
            try daemon.set("f", "b2", ["state": "up"])
            #expect(try lab.spread(61, to: Self.four)["b2"] != nil)
        }
    }

    @Test("kill -9 under load: nothing fails, and after the restart the configuration is the same")
    func killed() throws {
        let (lab, daemon) = try Self.start()
        let before = try daemon.configuration()
        let load = lab.load([Self.four, Self.six])
        usleep(200_000)
        for _ in 0..<3 {
            daemon.kill()
            usleep(200_000)
            try daemon.start()
            #expect(try daemon.configuration() == before)
            try daemon.set("f", "b1", ["weight": 2])
            try daemon.set("f", "b1", ["weight": 1])
        }
        load.expectNoFailure()
    }

    @Test("kill -9 in the middle of a stream of changes: what was answered is there")
    func killedWhileChanging() throws {
        let (lab, daemon) = try Self.start()
        let load = lab.load([Self.four, Self.six])
        for round in 0..<4 {
            let remote = try daemon.remote()
            let changes = 40
            for number in 0..<changes {
                let farm = Declared.farm(
                    "r\(round)-\(number)", at: Endpoint("192.0.2.\(10 + number)", UInt16(1000 + round)), backends: [])
                _ = try remote.send("configuration.apply", ["configuration": ["farms": [farm]]])
            }
            var answered: [Int] = []
            // The kill comes at another place each time.
            for number in 0..<(3 + round * 11) where try remote.receive()["result"].isMissing == false {
                answered.append(number)
            }
            daemon.kill()
            try daemon.start()
            let names = try daemon.remote().call("configuration.get")["configuration"]["farms"].array.map {
                $0["name"].string ?? ""
            }
            for number in answered { #expect(names.contains("r\(round)-\(number)")) }
            // A group is whole and in order: what is there is a prefix of what was sent.
            let there = (0..<changes).map { names.contains("r\(round)-\($0)") }
            #expect(there == there.sorted { $0 && !$1 })
        }
        load.expectNoFailure()
    }
}
