// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import EngineSupport
import JSON
import Nftables
import Testing

@testable import BalancerEngine

@Suite("Marks that were drawn and are then given")
struct GivenMarkTests {
    @Test("A backend takes the mark that it has: what status and printed farms show can be declared")
    func own() throws {
        let bench = EngineBench()
        func apply(_ mark: Int?, of name: String) -> BalancerError? {
            var backend: JSONObject = ["name": .string(name), "ip-addr": .string("10.0.0.\(name == "a" ? 1 : 2)")]
            if let mark { backend["mark"] = .integer(mark) }
            let farm: JSONObject = ["name": "f", "backends": [.object(backend)]]
            guard case .failure(let error) = bench.apply(["farms": [.object(farm)]]) else { return nil }
            return error
        }
        func numbers() throws -> [UInt32] {
            let farm = try #require(bench.engine.configuration.farms[try Name("f")])
            return bench.engine.status.inKernel(farm).backendNumbers
        }
        #expect(apply(nil, of: "a") == nil && apply(nil, of: "b") == nil)
        let drawn = try numbers()
        bench.kernel.forgetHistory()
        #expect(apply(Int(drawn[0]), of: "a") == nil)
        #expect(try numbers() == drawn)
        #expect(bench.kernel.transactions.isEmpty)
        // Somebody else's is refused as before.
        #expect(apply(Int(drawn[0]), of: "b")?.path?.description == "/farms/f/backends/b/mark")
        #expect(try numbers() == drawn)
    }

    static func backends(_ marks: [Int?]) -> JSONValue {
        .array(
            marks.enumerated().map { index, mark in
                var backend: JSONObject = [
                    "name": .string("b\(index)"), "ip-addr": .string("10.0.0.\(index + 1)"), "port": 80,
                ]
                if let mark { backend["mark"] = .integer(mark) }
                return .object(backend)
            })
    }

    static func farm(_ name: String, _ marks: [Int?], persistence: Bool = false) -> JSONValue {
        [
            "name": .string(name), "persistence": persistence ? ["srcip"] : [],
            "addresses": [["name": .string(name), "ip-addr": "192.0.2.1", "ports": [80]]], "backends": backends(marks),
        ]
    }

    static func numbers(_ bench: EngineBench, _ name: String) -> [UInt32]? {
        bench.engine.farms[Sample.name(name)]?.identity.backendNumbers
    }

    @Test(
        "Marks that others have until the change are taken: swapped, gone round, automatic before, another farm's",
        arguments: [
            ([1792, 1793, nil], [1793, 1792, nil]), ([1, 2, 3], [2, 3, 1]), ([nil, nil, nil], [3, 1, nil]),
            ([nil, nil, nil], [nil, 1, 2]), ([7, nil, 9], [nil, 7, 8]),
        ])
    func taken(_ before: [Int?], _ after: [Int?]) throws {
        for name in ["f", "g"] {
            let bench = EngineBench()
            #expect(bench.apply(["farms": [Self.farm("f", before)]]).isSuccess)
            let old = try #require(Self.numbers(bench, "f"))
            for number in old { bench.count(number, connections: UInt64(number), bytes: 60) }
            bench.failPoints.takesPictures = true
            let document: JSONValue = ["farms": [Self.farm(name, after)]]
            let dry = bench.submit(.configuration(document.object!, .replace), dryRun: true)
            bench.scheduler.run()
            #expect(dry.outcome != nil)
            let revision = bench.engine.revision
            #expect(bench.apply(document, mode: .replace).isSuccess)
            #expect(bench.engine.revision == revision + 1)
            bench.expectConsistent()
            let numbers = try #require(Self.numbers(bench, name))
            for (number, mark) in zip(numbers, after) { if let mark { #expect(number == UInt32(mark)) } }
            #expect(Set(numbers).count == numbers.count)
            let figures = try bench.statistics(.all).farms[0].backends.map(\.figures.connections)
            #expect(figures == (name == "f" ? old.map(UInt64.init) : [0, 0, 0]))
            for picture in bench.failPoints.pictures {
                let again = EngineBench(kernel: picture.kernel, store: picture.store)
                again.review()
                again.expectConsistent()
                guard let farm = again.engine.configuration.farms[Sample.name("f")] else { continue }
                let marks = farm.backends.map { $0.mark == .none ? nil : Int($0.mark.value) }
                #expect(zip(marks, Self.numbers(again, "f") ?? []).allSatisfy { $0 == nil || UInt32($0!) == $1 })
                if name == "f" {
                    let figures = try again.statistics(.all).farms[0].backends.map(\.figures.connections)
                    #expect(figures == old.map(UInt64.init), "killed at \(picture.point)")
                }
            }
        }
    }

    @Test("A change that is refused after numbers were made free for it leaves everybody the number that the mark says")
    func refused() throws {
        let bench = EngineBench()
        bench.apply(["farms": [Self.farm("f", [0x700, 0x701, nil])]])
        var commits = 0
        bench.kernel.refuse = { _ in
            commits += 1
            return commits == 2 ? .refused(KernelError.invalid, "no") : nil
        }
        #expect(!bench.apply(["farms": [Self.farm("f", [0x701, 0x700, nil])]]).isSuccess)
        bench.kernel.refuse = { _ in nil }
        bench.review()
        #expect(Self.numbers(bench, "f")?.prefix(2) == [0x700, 0x701])
        bench.expectConsistent()
        #expect(bench.restarted().engine.configuration == bench.engine.configuration)
    }
}
