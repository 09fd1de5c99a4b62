// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Testing

/// Four farms that know clients by their address, one for each family and transport, and clients of many addresses.
final class StickyScene {
    struct Place: CustomStringConvertible {
        var name: String
        var ipv6: Bool
        var udp: Bool
        var service: Endpoint
        var description: String { name }
    }

    let lab: Lab
    let daemon: Daemon
    let places: [Place]

    var names: [String] { places.map(\.name) }

    /// Farms with these states of their backends b1, b2, …
    init(more: Declared.Object = [:], states: [String]) throws {
        lab = try Lab(backends: 4)
        for client in 3...40 {
            try lab.client.ip("address add \(Self.client(client, false))/24 dev eth0")
            try lab.client.ip("address add \(Self.client(client, true))/64 dev eth0 nodad")
        }
        daemon = try Daemon(on: lab)
        places = TrafficTests.places.map { ipv6, transport in
            Place(
                name: transport + (ipv6 ? "6" : "4"), ipv6: ipv6, udp: transport == "udp",
                service: TrafficTests.service(ipv6))
        }
        try daemon.apply(
            farms: places.map { place in
                let backends = states.enumerated().map { index, state in
                    Declared.backend(index + 1, ipv6: place.ipv6, ["name": "b\(index + 1)", "state": state])
                }
                return Declared.farm(
                    place.name, at: place.service, over: place.udp ? "udp" : "tcp", backends: backends,
                    ["persistence": ["srcip"], "persist-ttl": 3600].merging(more) { $1 })
            })
    }

    static func client(_ number: Int, _ ipv6: Bool) -> String { ipv6 ? "fd09:1::\(number)" : "10.9.1.\(number)" }

    // MARK: Questions

    /// Everywhere a new connection of this client is answered by this backend.
    func expect(
        _ client: Int, at backend: String, _ comment: String = "", sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for place in places {
            let answer = try ask(from: client, at: place)
            #expect(answer == backend, "\(place) \(comment)", sourceLocation: sourceLocation)
        }
    }

    /// Everywhere a new connection of this client is answered by another backend.
    func expect(
        _ client: Int, notAt backend: String, _ comment: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for place in places {
            let answer = try ask(from: client, at: place)
            #expect(answer != backend, "\(place) \(comment)", sourceLocation: sourceLocation)
        }
    }

    /// A new connection of a client: who answers.
    func ask(from client: Int, at place: Place) throws -> String { try hold(from: client, at: place).answer.backend }

    func hold(from client: Int, at place: Place) throws -> Held {
        try lab.client.inside {
            let source = Endpoint(Self.client(client, place.ipv6), 0)
            return try Held(Conversation(place.udp ? .udp : .tcp, place.service, from: source))
        }
    }

    // MARK: Changes

    /// Changes all four farms at once; where backends or sessions differ by family, `change` says so.
    func change(_ change: (Place) -> Declared.Object) throws {
        try daemon.apply(farms: places.map { change($0).merging(["name": $0.name]) { $1 } })
    }

    func set(_ attributes: [String: Any]) throws {
        try change { place in
            guard let backends = attributes["backends"] as? [(Bool) -> Declared.Object] else { return attributes }
            return attributes.merging(["backends": backends.map { $0(place.ipv6) }]) { $1 }
        }
    }

    /// Backends by family, for `set`.
    func backends(
        _ indices: ClosedRange<Int>, port: Int = 8080, _ more: Declared.Object = [:]
    ) -> [(Bool) -> Declared.Object] {
        indices.map { index in
            { Declared.backend(index, ipv6: $0, port: port, more.merging(["name": "b\(index)"]) { $1 }) }
        }
    }

    /// Sets the states of the first backends.
    func setStates(_ states: [String]) throws {
        try change { place in
            let backends = states.enumerated().map { index, state in
                Declared.backend(index + 1, ipv6: place.ipv6, ["name": "b\(index + 1)", "state": state])
            }
            return ["backends": backends]
        }
    }

    func setStatic(client: Int, backend: String) throws {
        try change { ["sessions": [["client": Self.client(client, $0.ipv6), "backend": backend]]] }
    }

    func deleteStatics() throws {
        for name in names { try daemon.delete("/farms/\(name)/sessions") }
    }

    /// Farms with and without persistence, of the same shape and of others.
    var others: [Declared.Object] {
        places.flatMap { place in
            [["srcip"], ["srcip", "dstip", "srcport", "dstport"], []].enumerated().map { index, fields in
                Declared.farm(
                    "\(place.name)-\(index)", at: TrafficTests.service(place.ipv6, index + 2),
                    over: place.udp ? "udp" : "tcp", backends: Declared.backends(ipv6: place.ipv6),
                    ["persistence": fields, "persist-ttl": 3600])
            }
        }
    }

    /// Renames farms and backends, and back.
    func rename() throws {
        for name in names {
            for (path, from, to) in [("/farms/", name, "other"), ("/farms/\(name)/backends/", "b1", "other")] {
                for (old, new) in [(from, to), (to, from)] {
                    try daemon.remote().call(
                        "configuration.apply", ["changes": [["rename": path + old, "to": new]]])
                }
            }
        }
    }
}
