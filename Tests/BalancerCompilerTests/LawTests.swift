// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables
import Testing

@testable import BalancerCompiler

/// The laws of design.md 5, over random farms and random changes. Each case is one change of one to three farms in a kernel
/// that holds some; 8 seeds of 1,300 changes make 10,400 cases.
@Suite("Laws of the difference")
struct LawTests {
    static let seeds: [UInt64] = (1...8).map { $0 }
    static let changes = 400

    @Test(
        "Every change, prepared, switched and swept, makes one kernel the other and shows nothing in between",
        arguments: seeds)
    func laws(seed: UInt64) throws {
        var generator = FarmGenerator(seed: seed)
        var farms: [Int: NumberedFarm] = [:]
        var skeleton = Skeleton(owner: "test")
        for number in 1...4 { farms[number] = generator.farm(number) }
        skeleton.features = [.ip: .all, .ip6: .all]
        for farm in farms.values { skeleton.require(needs(of: farm)) }
        var kernel = try Kernel(skeleton)
        var compiled = farms.mapValues { compile($0, shapes: skeleton.shapes) }
        var first = FarmDifference()
        var wide = WideAddresses()
        for (_, farm) in compiled { first.add(from: nil, to: farm) }
        first.addShared(present: wide)
        try kernel.ruleset.apply(first.whole)
        for farm in compiled.values { wide.add(farm) }

        for _ in 0..<Self.changes {
            var next = farms
            for _ in 0...generator.random.below(3) {
                let number = 1 + generator.random.below(4)
                if next[number] == nil {
                    next[number] = generator.farm(number)
                } else if generator.random.chance(1, in: 10) {
                    next[number] = nil
                } else {
                    next[number] = next[number].map { generator.changed($0) }
                }
            }
            for farm in next.values { skeleton.require(needs(of: farm)) }
            kernel.shapes(skeleton)
            let after = next.mapValues { compile($0, shapes: skeleton.shapes) }
            var change = FarmDifference()
            for number in 1...4 {
                let part = difference(from: compiled[number], to: after[number])
                try Self.mentionsOnly(number, compiled[number], after[number], part)
                change.merge(part)
                #expect(difference(from: after[number], to: after[number]).isEmpty)
            }
            change.addShared(present: wide)
            for farm in compiled.values { wide.remove(farm) }
            for farm in after.values { wide.add(farm) }
            try kernel.check(change, from: compiled.values, to: after.values, wide)
            farms = next
            compiled = after
        }
    }

    /// Every key of a farm's difference is the farm's: its number, its backends' marks, its addresses.
    static func mentionsOnly(_ number: Int, _ old: CompiledFarm?, _ new: CompiledFarm?, _ part: FarmDifference) throws {
        let fragments = [old?.ip, old?.ip6, new?.ip, new?.ip6].compactMap { $0 }
        let marks = Set(fragments.flatMap { $0.backends.map(\.mark) })
        var services = ElementBins(withData: false)
        for family in [TableFamily.ip, .ip6] {
            for fragment in [old?[family], new?[family]].compactMap({ $0 }) {
                fragment.entries.forEach { services.addKey($0, family) }
                fragment.sessions.map { sessions in
                    sessions.elements.forEach { services.addKey($0, sessions.fields, family) }
                }
            }
        }
        for list in part.whole.steps.map(\.list) {
            for index in 0..<list.count {
                let key = list.key(at: index)
                switch list.set.name {
                case "slots", "local-clients", "log-new", "log-rst", "log-est", "log-strict", "log-in":
                    #expect(ElementBytes.number(key) == UInt32(number))
                case "usable", "sticky", "to-port", "to-addr", "snat-to", "blimit", "log-best", "log-fwd":
                    #expect(marks.contains(ElementBytes.number(key)))
                case "proxy-marks":
                    #expect(marks.map { BackendMark.number(of: $0) }.contains(ElementBytes.number(key)))
                default:
                    let own = services.lists.first { $0.set == list.set }
                    #expect(own.map { own in (0..<own.count).contains { own.key(at: $0) == key } } ?? false)
                }
            }
        }
    }
}

/// A kernel of values, and what is checked of each change.
struct Kernel {
    var ruleset: Ruleset
    private var numbers: ShapeNumbers

    init(_ skeleton: Skeleton) throws {
        ruleset = skeleton.render()
        numbers = skeleton.shapes
    }

    /// Adds new shapes, as the helper would.
    mutating func shapes(_ skeleton: Skeleton) {
        guard skeleton.shapes != numbers else { return }
        numbers = skeleton.shapes
        for (family, table) in skeleton.render().tables {
            for (name, chain) in table.chains { ruleset.tables[family]?.chains[name] = chain }
            for (name, set) in table.sets
            where set.declaration.data == .verdict || ruleset.tables[family]?.sets[name] == nil {
                ruleset.tables[family]?.sets[name] = set
            }
        }
    }

    mutating func check(
        _ change: FarmDifference, from old: some Sequence<CompiledFarm>, to new: some Sequence<CompiledFarm>,
        _ wide: WideAddresses
    ) throws {
        // In one transaction.
        let whole = try ruleset.applying(change.whole)
        // In phases: nobody meets what is prepared before the switch, nor what is swept after it.
        let before = try Reach(old)
        let after = try Reach(new)
        for list in change.prepare {
            #expect(!before.meets(list), "prepare is seen: \(list.set)")
            try ruleset.apply(Transaction([.add(list)]))
        }
        try ruleset.apply(change.switchOver)
        for list in change.sweep {
            #expect(!after.meets(list), "sweep is seen: \(list.set)")
            try ruleset.apply(Transaction([.delete(list)]))
        }
        #expect(ruleset == whole)
        // What stands there now is what these farms are, and nothing else.
        var bins = ElementBins()
        for farm in new { farm.append(to: &bins) }
        wide.append(to: &bins)
        var count = 0
        for list in bins.lists {
            let present = ruleset[list.set]?.elements ?? [:]
            count += list.count
            #expect(list.count == present.count, "\(list.set)")
            #expect((0..<list.count).allSatisfy { present[Array(list.key(at: $0))] == Array(list.data(at: $0)) })
        }
        let held = ruleset.tables.values.reduce(0) { $0 + $1.sets.values.reduce(0) { $0 + $1.elements.count } }
        #expect(held == count)
    }
}
