// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// Clients that are known again. A backend that is `off` serves clients it knows and no others: who answers says whether the
/// client was known.
@Suite("Persistence", .requiresKernel, .serialized)
struct PersistenceTests {
    @Test("A session lives for its time after the client's last packet, which may be one of a running connection")
    func lifetime() throws {
        let scene = try StickyScene(more: ["persist-ttl": 3], states: ["up", "down"])
        let active = try scene.places.map { try scene.hold(from: 2, at: $0) }
        try scene.expect(3, at: "b1")
        try scene.setStates(["off", "up"])
        for _ in 0..<8 {
            usleep(500_000)
            for one in active { one.expectAlive() }
        }
        try scene.expect(2, at: "b1", "renewed by its connection")
        try scene.expect(3, at: "b2", "its time was over")
        usleep(3_100_000)
        try scene.expect(2, at: "b2", "silent now")
    }

    /// Changes that leave what was learnt alone.
    static let changes: [(name: String, make: @Sendable (StickyScene) throws -> Void)] = [
        ("a backend more", { try $0.set(["backends": $0.backends(4...4)]) }),
        ("weights", { try $0.set(["backends": $0.backends(2...4, ["weight": 7])]) }),
        ("the port of a backend", { try $0.set(["backends": $0.backends(1...1, port: 8081)]) }),
        ("a longer time", { try $0.set(["persist-ttl": 7200]) }),
        ("a shorter time", { try $0.set(["persist-ttl": 1800]) }),
        ("another scheduler", { try $0.set(["scheduler": "maglev", "sched-param": ["srcport"]]) }),
        ("the scheduler as before", { try $0.set(["scheduler": "rr", "sched-param": [String]()]) }),
        ("a static session of somebody else", { try $0.setStatic(client: 9, backend: "b3") }),
        ("that session gone", { try $0.deleteStatics() }),
        ("clients of the balancer", { try $0.set(["intra-connect": true]) }),
        ("farms off", { try $0.set(["state": "off"]) }),
        ("farms up", { try $0.set(["state": "up"]) }),
        ("other farms", { try $0.daemon.apply(farms: $0.others) }),
        ("other farms gone", { for farm in $0.others { try $0.daemon.delete("/farms/\(farm["name"] ?? "")") } }),
        ("renamed", { try $0.rename() }),
        (
            "stopped and started",
            {
                #expect($0.daemon.stop() == 0); try $0.daemon.start()
            }
        ),
        (
            "killed and started",
            {
                $0.daemon.kill(); try $0.daemon.start()
            }
        ),
    ]

    @Test("What was learnt lives through every change that is not about it, and through the daemon's end")
    func changes() throws {
        let scene = try StickyScene(states: ["up", "down"])
        try scene.expect(2, at: "b1")
        try scene.setStates(["off", "up"])
        for (number, (name, change)) in Self.changes.enumerated() {
            try change(scene)
            if name == "farms off" { continue }
            try scene.expect(2, at: "b1", name)
            try scene.expect(10 + number, notAt: "b1", name)
        }
    }

    @Test("down and deletion move a client once; off keeps it; who comes back pulls nobody (defect 8.4.9)")
    func states() throws {
        let scene = try StickyScene(states: ["up", "up", "up"])
        let clients = Array(2...10)
        var homes: [[String]] = []
        func expectHomes(_ comment: String, moved: String? = nil) throws {
            let before = homes
            homes = []
            for place in scene.places {
                let now = try clients.map { try scene.ask(from: $0, at: place) }
                #expect(try clients.map { try scene.ask(from: $0, at: place) } == now, "\(comment): not sticky")
                homes.append(now)
            }
            for (old, new) in zip(before.joined(), homes.joined()) {
                #expect(old == moved ? new != moved : new == old, "\(comment)")
            }
        }
        try expectHomes("learnt")
        #expect(homes.allSatisfy { Set($0) == ["b1", "b2", "b3"] })
        try scene.setStates(["down", "up", "up"])
        try expectHomes("b1 down", moved: "b1")
        try scene.setStates(["up", "up", "up"])
        try expectHomes("b1 up")
        try scene.setStates(["up", "off", "up"])
        try expectHomes("b2 off")
        for farm in scene.names { try scene.daemon.delete("/farms/\(farm)/backends/b2") }
        try expectHomes("b2 deleted", moved: "b2")
        // What is made anew under the old name is another backend.
        try scene.set(["backends": scene.backends(2...2)])
        try expectHomes("b2 made anew")
    }

    @Test("With priorities: clients go to the next group and come back with the first; off keeps those it knows")
    func priorities() throws {
        let scene = try StickyScene(states: ["up", "up", "up"])
        try scene.set(["backends": scene.backends(2...3, ["priority": 7])])
        try scene.expect(2, at: "b1")
        try scene.setStates(["off"])
        try scene.expect(2, at: "b1", "known")
        try scene.expect(3, notAt: "b1", "not known")
        try scene.setStates(["down"])
        for place in scene.places {
            let home = try scene.ask(from: 2, at: place)
            #expect(home != "b1")
            for _ in 0..<3 { #expect(try scene.ask(from: 2, at: place) == home) }
        }
        try scene.setStates(["up"])
        try scene.expect(2, at: "b1", "the first group is back")
    }

    @Test("Static sessions come, change, fail over and go while the farm serves")
    func statics() throws {
        let scene = try StickyScene(states: ["up", "up", "up"])
        let load = scene.lab.load(scene.places.filter { !$0.udp }.map(\.service))
        for (client, backend) in [(9, "b3"), (10, "b1"), (9, "b2")] {
            try scene.setStatic(client: client, backend: backend)
            try scene.expect(client, at: backend)
        }
        try scene.expect(10, at: "b1", "as before")
        try scene.setStates(["up", "off"])
        try scene.expect(9, at: "b2", "off keeps clients")
        try scene.setStates(["up", "down"])
        let away = try scene.places.map { try scene.ask(from: 9, at: $0) }
        #expect(!away.contains("b2"))
        #expect(try scene.places.map { try scene.ask(from: 9, at: $0) } == away, "known where it went")
        try scene.setStates(["up", "up"])
        try scene.expect(9, at: "b2", "back")
        scene.daemon.kill()
        try scene.daemon.start()
        try scene.expect(9, at: "b2", "started again")
        // With a backend its static sessions go (contract: Session).
        for farm in scene.names { try scene.daemon.delete("/farms/\(farm)/backends/b2") }
        try scene.expect(9, notAt: "b2")
        try scene.deleteStatics()
        try scene.expect(10, at: "b1", "where it was last")
        load.expectNoFailure()
    }

    @Test("Static sessions of a backend that is down are deleted like all others (defect 8.3.7)")
    func deletedWhileDown() throws {
        let scene = try StickyScene(states: ["up", "up", "up"])
        try scene.setStatic(client: 9, backend: "b2")
        try scene.setStates(["up", "down"])
        try scene.deleteStatics()
        try scene.setStates(["up", "up", "down"])
        #expect(!(try scene.daemon.configuration()).contains("sessions"))
        #expect(try scene.lab.balancer.elements().filter { $0.contains("/static-") } == [])
        // The maps are there for as long as they may be needed again: nobody is in them.
        let homes = try scene.places.map { try scene.ask(from: 9, at: $0) }
        #expect(try scene.places.map { try scene.ask(from: 9, at: $0) } == homes)
    }

    @Test("A farm with the address that another one had: running connections keep the sessions of their own farm alive")
    func swappedAddresses() throws {
        let scene = try StickyScene(states: ["up"])
        let other = { (place: StickyScene.Place) in "\(place.name)-other" }
        let elsewhere = { (place: StickyScene.Place) in TrafficTests.service(place.ipv6, 2) }
        try scene.daemon.apply(
            farms: scene.places.map { place in
                Declared.farm(
                    other(place), at: elsewhere(place), over: place.udp ? "udp" : "tcp",
                    backends: [Declared.backend(2, ipv6: place.ipv6)], ["persistence": ["srcip"], "persist-ttl": 3])
            })
        try scene.set(["persist-ttl": 3])
        let running = try scene.places.map { try scene.hold(from: 2, at: $0) }
        #expect(running.allSatisfy { $0.answer.backend == "b1" })
        try scene.daemon.apply(
            farms: scene.places.flatMap { place in
                [(place.name, place.name, elsewhere(place)), (other(place), other(place), place.service)].map {
                    ["name": $0, "addresses": [["name": $1, "ip-addr": $2.address]]] as Declared.Object
                }
            })
        // A running connection still asks for the address; its session is that of its farm, which is elsewhere now.
        for _ in 0..<7 {
            for one in running { one.expectAlive() }
            usleep(500_000)
        }
        try scene.expect(2, at: "b2", "the farm that has the address now")
        try scene.daemon.apply(
            farms: scene.places.map { place in
                let backends = [
                    Declared.backend(3, ipv6: place.ipv6),
                    Declared.backend(1, ipv6: place.ipv6, ["name": "b1", "state": "off"]),
                ]
                return ["name": place.name, "backends": backends]
            })
        for place in scene.places {
            let answer = try scene.lab.client.inside {
                let source = Endpoint(StickyScene.client(2, place.ipv6), 0)
                return try Conversation(place.udp ? .udp : .tcp, elsewhere(place), from: source).ask().backend
            }
            #expect(answer == "b1", "\(place): kept alive by its connection")
        }
    }

    @Test("Other fields: what was learnt by the old ones is not asked any more; none: nobody is known")
    func otherFields() throws {
        let scene = try StickyScene(states: ["up", "down"])
        let running = try scene.places.map { try scene.hold(from: 2, at: $0) }
        try scene.setStates(["off", "up"])
        try scene.expect(2, at: "b1")
        for fields in [["srcip", "dstport"], ["srcmac"], []] {
            try scene.set(["persistence": fields])
            try scene.expect(2, at: "b2", "\(fields)")
            for one in running { one.expectAlive("\(fields)") }
        }
        // Now by srcip again: those that come now are learnt.
        try scene.set(["persistence": ["srcip"]])
        try scene.expect(4, at: "b2")
        try scene.setStates(["up", "off"])
        try scene.expect(4, at: "b2")
        try scene.expect(5, at: "b1")
    }
}
