// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import Testing

@Suite("Clusters")
struct ClusterModelTests {
    private static let document: JSONValue = [
        "farms": [], "policies": [],
        "clusters": [
            [
                "name": "edge", "node": "a", "nodes": [["name": "a", "weight": 2], ["name": "b"], ["name": "c"]],
                "addresses": [["ip-addr": "192.0.2.1"], ["ip-addr": "2001:db8::1"]],
            ]
        ],
    ]

    private static func draft() throws -> Draft { Draft(on: try Configuration(json: document)) }

    private static func failure(_ change: JSONValue) throws -> BalancerError {
        var draft = try draft()
        let change = try Change(json: change, at: .root)
        return try #require(throws: BalancerError.self) { try draft.apply([change]) }
    }

    private static func set(_ cluster: JSONValue) -> JSONValue { ["set": ["clusters": [cluster]]] }

    @Test("What was declared comes back; merging changes what is named and nothing else")
    func merged() throws {
        let before = try Configuration(json: Self.document)
        #expect(before.json() == Self.document)
        var draft = Draft(on: before)
        try draft.apply([
            Change(json: Self.set(["name": "edge", "nodes": [["name": "b", "state": "down"]]]), at: .root)
        ])
        let delta = draft.delta
        #expect(delta.clusters.count == 1 && delta.farms.isEmpty)
        var after = before
        after.merge(delta)
        let nodes = try #require(after.cluster).nodes
        #expect(nodes.map(\.state) == [.up, .down, .up])
        #expect(nodes.map(\.weight.value) == [2, 1, 1])
        after.merge(delta.inverse)
        #expect(after == before)
    }

    @Test("Replaced, deleted and renamed as other objects are; this node keeps being this one")
    func life() throws {
        var draft = try Self.draft()
        try draft.apply([
            Change(json: ["rename": "/clusters/edge/nodes/a", "to": "first"], at: .root),
            Change(json: ["delete": "/clusters/edge/nodes/c"], at: .root),
            Change(json: ["delete": "/clusters/edge/addresses/2001:db8::1"], at: .root),
            Change(json: ["rename": "/clusters/edge", "to": "front"], at: .root),
        ])
        let cluster = try #require(draft.cluster(try Name("front")))
        #expect(cluster.node?.text == "first")
        #expect(cluster.nodes.map(\.name.text) == ["first", "b"])
        #expect(cluster.addresses.map(\.address.description) == ["192.0.2.1"])
        try draft.apply([Change(json: ["delete": "/clusters/front"], at: .root)])
        #expect(draft.cluster(try Name("front")) == nil)
        try draft.apply(configuration: ["farms": []], mode: .replace)
        #expect(draft.delta.clusters.map(\.after) == [nil])
    }

    @Test(
        "What cannot be is refused, and the path says where",
        arguments: [
            (set(["name": "edge", "node": "d"]), "/clusters/edge/node"),
            (set(["name": "edge", "node": ""]), "/clusters/edge/node"),
            (["delete": "/clusters/edge/nodes/a"], "/clusters/edge/node"),
            (["delete": "/clusters/edge/nodes"], "/clusters/edge/node"),
            (set(["name": "edge", "nodes": [["name": "b"], ["name": "b"]]]), "/clusters/edge/nodes/b/name"),
            (set(["name": "edge", "nodes": [["name": "b", "weight": 0]]]), "/clusters/edge/nodes/b/weight"),
            (set(["name": "edge", "nodes": [["name": "b", "weight": 101]]]), "/clusters/edge/nodes/b/weight"),
            (set(["name": "edge", "nodes": [["name": "b", "state": "off"]]]), "/clusters/edge/nodes/b/state"),
            (set(["name": "edge", "nodes": [["weight": 1]]]), "/clusters/edge/nodes/0/name"),
            (
                set(["name": "edge", "addresses": [["ip-addr": "192.0.2.2"], ["ip-addr": "192.0.2.2"]]]),
                "/clusters/edge/addresses/192.0.2.2/ip-addr"
            ),
            (set(["name": "edge", "addresses": [["ip-addr": "224.0.0.1"]]]), "/clusters/edge/addresses/0/ip-addr"),
            (set(["name": "edge", "addresses": [["ip-addr": "0.0.0.0"]]]), "/clusters/edge/addresses/0/ip-addr"),
            (["delete": "/clusters/edge/nodes/d"], "/clusters/edge/nodes/d"),
            (["rename": "/clusters/edge/nodes/a", "to": "b"], "/clusters/edge/nodes/a"),
            (set(["name": "other", "node": "a", "nodes": [["name": "a"]]]), "/clusters"),
            (set(["name": "edge", "iface": "much too long for one"]), "/clusters/edge/iface"),
        ] as [(JSONValue, String)])
    func refused(change: JSONValue, path: String) throws {
        #expect(try Self.failure(change).path?.description == path)
    }

    @Test("There is room for 32 nodes")
    func limit() throws {
        let nodes = JSONValue.array((0..<30).map { ["name": .string("n\($0)")] })
        let failure = try Self.failure(Self.set(["name": "edge", "nodes": nodes]))
        #expect(failure.kind == .limit && failure.path?.description == "/clusters/edge/nodes")
    }

    @Test("Backends would answer a shared address to any node: it is no source of connections to them")
    func sources() throws {
        let farm: JSONValue = ["name": "web", "source-addr": "192.0.2.1"]
        let ofFarm = try Self.failure(["set": ["farms": [farm]]])
        #expect(ofFarm.kind == .invalid && ofFarm.path?.description == "/farms/web/source-addr")
        let backend: JSONValue = ["name": "b", "ip-addr": "10.0.0.1", "source-addr": "192.0.2.1"]
        let ofBackend = try Self.failure(["set": ["farms": [["name": "web", "backends": [backend]]]]])
        #expect(ofBackend.path?.description == "/farms/web/backends/b/source-addr")
        // Nor does an address become shared that is one.
        var draft = try Self.draft()
        let other: JSONValue = ["set": ["farms": [["name": "web", "source-addr": "192.0.2.9"]]]]
        try draft.apply([Change(json: other, at: .root)])
        let shared = try Change(json: Self.set(["name": "edge", "addresses": [["ip-addr": "192.0.2.9"]]]), at: .root)
        let late = try #require(throws: BalancerError.self) { try draft.apply([shared]) }
        #expect(late.path?.description == "/farms/web/source-addr")
    }

    @Test("An operator says which nodes are up and their weights, makes none and takes no address in")
    func roles() throws {
        let state = Self.set(["name": "edge", "nodes": [["name": "b", "state": "down", "weight": 3]]])
        #expect(try Change(json: state, at: .root).requiredRole == .operator)
        #expect(try Change(json: Self.set(["name": "edge", "node": "b"]), at: .root).requiredRole == .administrator)
        var draft = try Self.draft()
        try draft.apply([Change(json: state, at: .root)], as: .operator)
        let typing = try Change(
            json: Self.set(["name": "edge", "nodes": [["name": "bb", "state": "down"]]]), at: .root)
        #expect(typing.requiredRole == .operator)
        let address = try Change(json: Self.set(["name": "edge", "addresses": [["ip-addr": "192.0.2.7"]]]), at: .root)
        for change in [typing, address] {
            let error = try #require(throws: BalancerError.self) { try draft.apply([change], as: .operator) }
            #expect(error.kind == .notPermitted && error.path?.description == "/clusters/edge")
            try draft.apply([change])
        }
    }

    @Test("A revision is taken back: created, changed, renamed, deleted")
    func restored() throws {
        let before = try Configuration(json: Self.document)
        var draft = Draft(on: before)
        try draft.beginRestoration()
        let cluster = try #require(before.cluster)
        var restoration = try Restoration(undo: ["/clusters/edge": nil])
        while try !draft.restore(&restoration, objects: 1) {}
        try draft.endRestoration()
        #expect(draft.cluster(cluster.name) == nil)
        try draft.beginRestoration()
        restoration = try Restoration(undo: ["/clusters/edge": cluster.document])
        while try !draft.restore(&restoration, objects: 1) {}
        try draft.endRestoration()
        #expect(draft.delta.isEmpty)
    }
}
