// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import EngineSupport
import JSON
import Nftables
import Testing

@Suite("Addresses outside of farms, stored and followed")
struct SharedObjectTests {
    /// Two farms on one address, and one beside them.
    private static func bench() -> EngineBench {
        let bench = EngineBench()
        bench.apply(["addresses": [["name": "vip", "ip-addr": "192.0.2.1", "ports": [80]], ["name": "spare"]]])
        bench.apply(refer("web", "up"))
        bench.apply(refer("old", "off"))
        bench.apply(Sample.farm("other", backends: 2, address: "192.0.2.9"))
        return bench
    }

    private static func refer(_ farm: String, _ state: String) -> JSONValue {
        [
            "farms": [
                [
                    "name": .string(farm), "state": .string(state), "addresses": [["name": "vip"]],
                    "backends": [["name": "b0", "ip-addr": "10.1.0.1", "port": 8080]],
                ]
            ]
        ]
    }

    private func path(_ text: String) -> ObjectPath { try! ObjectPath(parsing: text) }

    private func rows(_ bench: EngineBench, _ kind: ObjectKey.Kind) -> [ObjectRow] {
        bench.store.durable.objects.values.filter { $0.key.kind == kind }.sorted { $0.position < $1.position }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("each has a row; the farms' rows hold the name alone")
    func storedRows() {
        let bench = Self.bench()
        #expect(rows(bench, .address).map(\.name) == ["vip", "spare"])
        #expect(rows(bench, .address).map(\.key.id) == [1, 2])
        #expect(text(rows(bench, .address)[0].body) == #"{"name":"vip","ip-addr":"192.0.2.1","ports":[80]}"#)
        #expect(
            text(rows(bench, .farm)[0].body)
                == #"{"name":"web","addresses":[{"name":"vip"}],"@since":[1700000000,"up",1700000000]}"#)
        let again = bench.restarted()
        #expect(again.engine.configuration.json() == bench.engine.configuration.json())
        bench.expectConsistent()
    }

    @Test("a change of one is its row, and reaches the kernel for every farm that is up")
    func change() throws {
        let bench = Self.bench()
        let before = bench.store.durable.objects
        #expect(bench.apply(["addresses": [["name": "vip", "ip-addr": "192.0.2.2", "ports": [80, 443]]]]).isSuccess)
        let after = bench.store.durable.objects
        #expect(after.filter { before[$0.key] != $0.value }.map(\.value.name) == ["vip"])
        let row = try #require(bench.store.durable.revisions.last)
        #expect(text(row.change) == #"{"/addresses/vip":{"name":"vip","ip-addr":"192.0.2.2","ports":[80,443]}}"#)
        #expect(text(row.undo) == #"{"/addresses/vip":{"name":"vip","ip-addr":"192.0.2.1","ports":[80]}}"#)
        #expect(bench.kernel.elements("services")?.count == 3)
        bench.expectConsistent()
    }

    @Test("one that nobody uses changes without an element of a farm, and is a revision")
    func unused() {
        let bench = Self.bench()
        bench.settle()
        let services = bench.kernel.elements("services")
        let outcome = bench.apply(["addresses": [["name": "spare", "ip-addr": "192.0.2.77", "ports": [1]]]])
        #expect(outcome == .success(ChangeOutcome(revision: 5)))
        #expect(bench.kernel.elements("services") == services)
        bench.expectConsistent()
    }

    @Test("a name is no identity: rows keep their numbers, and farms follow")
    func renaming() throws {
        let bench = Self.bench()
        bench.apply([
            .rename(path("/addresses/vip"), to: Sample.name("t")),
            .rename(path("/addresses/spare"), to: Sample.name("vip")),
            .rename(path("/addresses/t"), to: Sample.name("spare")),
        ])
        #expect(rows(bench, .address).map(\.name) == ["spare", "vip"])
        #expect(rows(bench, .address).map(\.key.id) == [1, 2])
        #expect(
            text(rows(bench, .farm)[0].body)
                == #"{"name":"web","addresses":[{"name":"spare"}],"@since":[1700000000,"up",1700000000]}"#)
        let row = try #require(bench.store.durable.revisions.last)
        let undo = try #require(try JSONValue(parsing: row.undo).object)
        #expect(undo["/addresses/vip"]?.object?["ports"] == [80] && undo["/addresses/spare"] == ["name": "spare"])
        #expect(undo["renames"] == ["/addresses/spare": "vip", "/addresses/vip": "spare"])
        #expect(try JSONValue(parsing: row.change).object?.keys == undo.keys.filter { $0 != "renames" })
        bench.expectConsistent()
    }

    @Test("numbers of what is gone are not used again, also after a restart")
    func numbers() {
        let bench = Self.bench()
        bench.apply([.delete(path("/addresses/spare"))])
        #expect(rows(bench, .address).map(\.key.id) == [1])
        let again = bench.restarted()
        again.apply(["addresses": [["name": "new"]]])
        #expect(rows(again, .address).map(\.key.id) == [1, 3])
        again.expectConsistent()
    }

    @Test("a dry run takes no number")
    func dryRun() {
        let bench = Self.bench()
        _ = bench.submit(.configuration(["addresses": [["name": "new"]]], .merge), dryRun: true)
        bench.scheduler.run()
        bench.apply(["addresses": [["name": "real"]]])
        #expect(rows(bench, .address).map(\.key.id) == [1, 2, 3])
    }

    @Test("one in use stays", arguments: ["/addresses/vip", "/addresses"])
    func deletion(text: String) {
        let bench = Self.bench()
        guard case .failure(let error) = bench.apply([.delete(path(text))]) else {
            Issue.record("expected a refusal")
            return
        }
        #expect(error.kind == .invalid && error.path?.description == "/addresses/vip")
        #expect(rows(bench, .address).count == 2)
        bench.expectConsistent()
    }

    @Test("a claim that follows from it is refused, with the farm")
    func claim() {
        let bench = Self.bench()
        guard case .failure(let error) = bench.apply(["addresses": [["name": "vip", "ip-addr": "192.0.2.9"]]]) else {
            Issue.record("expected a refusal")
            return
        }
        #expect(error.path?.description == "/farms/web")
        bench.expectConsistent()
    }

    @Test("a policy's row is read, its number kept, its name found again")
    func policies() throws {
        var contents = Self.bench().store.durable
        let key = ObjectKey(kind: .policy, id: 7)
        contents.objects[key] = ObjectRow(
            key: key, parent: 0, position: 7, name: "bl",
            body: Array(#"{"name":"bl"}"#.utf8))
        let data: [UInt8] = [10, 0, 0, 0, 10, 255, 255, 255]
        contents.elements[7] = [data: ElementRow(policy: 7, data: data, time: 0, deadline: 0)]
        let bench = EngineBench(store: contents)
        #expect(bench.engine.state == .ready)
        #expect(bench.engine.configuration.policies[Sample.name("bl")]?.elements.count == 1)
        bench.apply(["addresses": [["name": "new"]]])
        #expect(rows(bench, .address).map(\.key.id) == [1, 2, 8])
        bench.apply([.rename(path("/policies/bl"), to: Sample.name("list"))])
        #expect(rows(bench, .policy).map(\.name) == ["list"])
        #expect(rows(bench, .policy).map(\.key.id) == [7])
        bench.expectConsistent()
        bench.apply([.delete(path("/policies/list/elements/10.0.0.0~18"))])
        #expect(text(rows(bench, .policy)[0].body) == #"{"name":"list"}"#)
        #expect(bench.store.durable.elements[7] == [:])
        let removal = try #require(bench.store.durable.revisions.last)
        #expect(text(removal.change) == #"{"/policies/list/elements":{"delete":["10.0.0.0/8"]}}"#)
        #expect(text(removal.undo) == #"{"/policies/list/elements":{"set":[{"data":"10.0.0.0/8"}]}}"#)
        bench.apply([.delete(path("/policies"))])
        #expect(rows(bench, .policy).isEmpty)
        let row = try #require(bench.store.durable.revisions.last)
        #expect(text(row.change) == #"{"/policies/list":null}"#)
    }

    @Test("a name may pass from one policy to another, and back again, while farms use them")
    func passedNames() throws {
        let bench = EngineBench()
        bench.apply(["policies": [["name": "p", "elements": [["data": "10.1.0.50"]]], ["name": "q"]]])
        let backends: JSONValue = [["name": "b", "ip-addr": "10.1.0.1"]]
        bench.apply([
            "farms": [
                [
                    "name": "web", "virtual-addr": "192.0.2.1", "virtual-ports": [80], "policies": [["name": "p"]],
                    "backends": backends,
                ]
            ]
        ])
        let before = bench.engine.revision
        let passing: [Change] = [.delete(path("/policies/q")), .rename(path("/policies/p"), to: Sample.name("q"))]
        #expect(bench.apply(passing).isSuccess)
        #expect(bench.engine.configuration.farms[Sample.name("web")]?.policies == [Sample.name("q")])
        bench.expectConsistent()
        let document: JSONObject = ["policies": [["name": "p"]]]
        #expect(bench.apply([.rename(path("/policies/q"), to: Sample.name("r")), .set(document)]).isSuccess)
        let back = bench.submit(.restoration(revision: before))
        bench.finish(back)
        #expect(back.error == nil)
        #expect(bench.engine.configuration.farms[Sample.name("web")]?.policies == [Sample.name("p")])
        #expect(bench.engine.configuration.policies[Sample.name("p")]?.elements.count == 1)
        bench.expectConsistent()
    }

    @Test("a row that is damaged leaves the kernel alone and refuses changes")
    func damaged() {
        var contents = Self.bench().store.durable
        let key = contents.objects.keys.first { $0.kind == .address }!
        contents.objects[key]!.body = Array("{}".utf8)
        let again = EngineBench(store: contents)
        guard case .degraded(let reason) = again.engine.state else {
            Issue.record("expected degraded")
            return
        }
        #expect(reason.contains("address"))
    }

    @Test("after a crash at any point of a change of a shared address, a start makes kernel and file the same")
    func crash() {
        let bench = Self.bench()
        bench.failPoints.takesPictures = true
        bench.apply(["addresses": [["name": "vip", "ip-addr": "192.0.2.2", "ports": ["1-200"]]]])
        bench.apply([.rename(path("/addresses/vip"), to: Sample.name("front"))])
        bench.apply([
            "farms": [["name": "old", "addresses": [["name": "front", "ip-addr": "192.0.2.4", "ports": [1]]]]]
        ])
        bench.apply([.delete(path("/addresses/spare"))])
        for picture in bench.failPoints.pictures {
            let again = EngineBench(kernel: picture.kernel, store: picture.store)
            #expect(again.engine.state == .ready, "at \(picture.point)")
            again.expectConsistent()
        }
    }
}
