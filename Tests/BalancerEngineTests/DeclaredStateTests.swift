// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerEngine
import BalancerModel
import EngineSupport
import JSON
import Nftables
import Testing

/// The declaration is all there is: applied to an empty daemon it gives the same rules.
@Suite("Runtime and declared state are one")
struct DeclaredStateTests {
    @Test("what a daemon declares after random changes gives an empty one the same rules", arguments: 1...12)
    func sameRules(seed: UInt64) throws {
        var changes = RandomChanges(seed: seed)
        let bench = EngineBench()
        _ = try bench.apply(.object(changes.start)).get()
        for round in 0..<60 {
            var change = changes.next()
            if changes.below(6) == 0 {
                let path = try ObjectPath(parsing: "/farms/f2/backends/b\(1 + changes.below(4))")
                _ = bench.apply([.delete(path)])
            } else if changes.below(6) == 0 {
                let address = JSONValue.string("10.7.0.\(round + 1)")
                change = ["farms": [["name": "f2", "backends": [["name": .string("n\(round)"), "ip-addr": address]]]]]
            }
            _ = bench.apply(.object(change))
            if changes.below(4) == 0 { bench.settle() }
        }
        bench.settle()
        let empty = EngineBench()
        #expect(empty.apply(bench.engine.configuration.json(), mode: .replace).isSuccess)
        empty.settle()
        #expect(empty.engine.configuration == bench.engine.configuration)

        // Numbers say nothing: with those of the empty daemon, what the store has makes the same kernel from nothing.
        let rebuilt = EngineBench(store: try renumbered(bench.store.durable, as: empty.store.durable))
        rebuilt.settle()
        #expect(rebuilt.engine.configuration == bench.engine.configuration)
        let (found, wanted) = (Self.rules(rebuilt), Self.rules(empty))
        #expect(found.keys.sorted() == wanted.keys.sorted())
        for (name, rules) in wanted { #expect(found[name] == rules, "\(name), seed \(seed)") }
        #expect(wanted.count > 10)
    }

    /// The rows of a store with the numbers and places that another one has for objects of the same names.
    private func renumbered(_ rows: FakeStore.Contents, as other: FakeStore.Contents) throws -> FakeStore.Contents {
        func names(_ contents: FakeStore.Contents) -> [ObjectKey: [String]] {
            let farms = contents.objects.values.filter { $0.key.kind == .farm }
            let parents = Dictionary(uniqueKeysWithValues: farms.map { ($0.key.id, $0.name) })
            return contents.objects.mapValues { row in
                [row.key.kind.rawValue, parents[row.parent] ?? "", row.name]
            }
        }
        let known = Dictionary(uniqueKeysWithValues: names(other).map { ($1, $0) })
        var result = FakeStore.Contents()
        for (key, name) in names(rows) {
            var row = try #require(rows.objects[key])
            row.key = try #require(known[name])
            row.parent = try #require(other.objects[row.key]).parent
            result.objects[row.key] = row
        }
        return result
    }

    /// Chains, sets and elements by name; without the stamp, which says the revision.
    private static func rules(_ bench: EngineBench) -> [String: [[UInt8]]] {
        var rules: [String: [[UInt8]]] = [:]
        for (family, table) in bench.kernel.ruleset.tables {
            for (name, chain) in table.chains { rules["chain \(family) \(name)"] = [Array("\(chain)".utf8)] }
            for name in table.sets.keys where name != "stamp" {
                let list = bench.kernel.ruleset.elements(of: SetReference(family: family, name: name))
                let elements = list.map { list in
                    (0..<list.count).map { Array(list.key(at: $0)) + [0] + Array(list.data(at: $0)) }
                }
                rules["set \(family) \(name)"] = (elements ?? []).sorted { $0.lexicographicallyPrecedes($1) }
            }
        }
        return rules
    }
}

/// What a plan says is what an apply then does.
@Suite("Plans")
struct PlanTests {
    @Test("the text of a dry run is, word by word, what the apply sends; and nothing is sent by it", arguments: 1...8)
    func transactions(seed: UInt64) throws {
        var changes = RandomChanges(seed: seed)
        let bench = EngineBench()
        _ = try bench.apply(.object(changes.start)).get()
        var count = 0
        for round in 0..<80 {
            // What is swept a moment later would be part of a change that comes before.
            bench.settle()
            let change = changes.next()
            bench.kernel.forgetHistory()
            let plan = bench.submit(.configuration(change, .merge), dryRun: true)
            bench.scheduler.run()
            #expect(bench.kernel.transactions.isEmpty && bench.kernel.scripts.isEmpty)
            let revision = bench.engine.revision
            let outcome = bench.submit(.configuration(change, .merge))
            bench.scheduler.run()
            // What packets may still be on their way to is taken away a moment later.
            bench.scheduler.advance(milliseconds: 50)
            bench.scheduler.run()
            let sent =
                bench.kernel.scripts.map { $0.text() }.joined() + bench.kernel.transactions.map { $0.text() }.joined()
            #expect(plan.outcome?.transaction == sent, "seed \(seed), round \(round): \(change)")
            #expect(plan.error == outcome.error && plan.outcome?.revision == revision)
            if !sent.isEmpty { count += 1 }
        }
        #expect(count > 30)
    }
}
