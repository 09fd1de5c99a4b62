// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables
import Testing

@Suite("The skeleton and its plan")
struct SkeletonTests {
    static func skeleton(_ features: Features, _ choices: [Shape.Choice] = [.turn]) -> Skeleton {
        var skeleton = Skeleton(owner: "00ff", features: [.ip: features])
        for choice in choices { skeleton.shapes.assign(Shape(choice: choice, slotCount: .few), in: .ip) }
        return skeleton
    }

    @Test("A first install makes what is wanted, and then there is nothing left to do")
    func first() throws {
        let wanted = Self.skeleton([.sourceAddress])
        let plan = SkeletonPlan(wanted: wanted, installed: KernelInventory())
        #expect(try Ruleset().applying(plan.install) == wanted.render())
        #expect(plan.afterInstall == wanted.inventory)
        #expect(plan.collect.isEmpty)
        let again = SkeletonPlan(wanted: wanted, installed: plan.afterCollect)
        #expect(again.install.isEmpty && again.collect.isEmpty)
    }

    @Test("A new feature rewrites the chains that change and no other")
    func feature() throws {
        let before = Self.skeleton([])
        let wanted = Self.skeleton([.anyAddress])
        let script = SkeletonPlan(wanted: wanted, installed: before.inventory).install
        let flushed = script.operations.compactMap { if case .flushChain(_, let name) = $0 { name } else { nil } }
        #expect(flushed == ["prerouting"])
        #expect(try before.render().applying(script) == wanted.render())
    }

    @Test("Installing drops no rule of a feature that is there; collecting does")
    func keeps() throws {
        let before = Self.skeleton(.all)
        let wanted = Self.skeleton([])
        let plan = SkeletonPlan(wanted: wanted, installed: before.inventory)
        #expect(plan.install.isEmpty)
        #expect(try before.render().applying(plan.collect) == wanted.render())
        #expect(plan.afterCollect == wanted.inventory)
    }

    @Test("A shape that nobody uses goes in two steps: verdict and rules, then the chain")
    func shapes() throws {
        let before = Self.skeleton([], [.turn, .lot])
        var usage = SkeletonUsage()
        var needs = Needs()
        needs.ip = Needs.Table(shape: Shape(choice: .turn, slotCount: .few), features: [])
        usage.add(needs)
        #expect(usage.hasSurplus(before))
        let wanted = usage.needed(of: before)
        #expect(!usage.hasSurplus(wanted))
        let first = SkeletonPlan(wanted: wanted, installed: before.inventory)
        let between = try before.render().applying(first.collect)
        let lot = Shape(choice: .lot, slotCount: .few).chain(in: .ip).name
        #expect(between.tables[.ip]?.chains[lot]?.rules == [])
        let second = SkeletonPlan(wanted: wanted, installed: first.afterCollect)
        #expect(second.install.isEmpty)
        #expect(try between.applying(second.collect) == wanted.render())
    }

    @Test("A chain that the kernel holds otherwise is written anew; a set is replaced with its rules out of the way")
    func repair() throws {
        let wanted = Self.skeleton(.all)
        for (table, kind) in [("prerouting", "chain"), ("known", "chain"), ("slots", "set"), ("shapes", "set")] {
            var installed = wanted.inventory
            if kind == "chain" {
                installed.tables[.ip]?.chains[table] = 0
            } else {
                installed.tables[.ip]?.sets[table] = 0
            }
            let plan = SkeletonPlan(wanted: wanted, installed: installed)
            #expect(!plan.install.isEmpty)
            #expect(try wanted.render().applying(plan.install) == wanted.render(), "\(table)")
            #expect(plan.afterInstall == wanted.inventory)
        }
    }

    @Test("Foreign objects in our tables are collected, foreign tables of other families are not created")
    func foreign() throws {
        let wanted = Self.skeleton([])
        var kernel = wanted.render()
        try kernel.apply(SkeletonScript([.addChain(.ip, Chain("mine")), .addTable(.ip6, comment: "00ff")]))
        let plan = SkeletonPlan(wanted: wanted, installed: kernel.inventory)
        #expect(plan.install.isEmpty)
        #expect(try kernel.applying(plan.collect) == wanted.render())
    }

    @Test("Any sequence of skeletons is installed and collected without a refusal", arguments: 1...20)
    func sequences(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var kernel = Ruleset()
        var installed = KernelInventory()
        var skeleton = Skeleton(owner: "00ff")
        for _ in 0..<20 {
            var wanted = Skeleton(owner: "00ff", shapes: skeleton.shapes)
            for family in [TableFamily.ip, .ip6] {
                if random.chance(1, in: 4) { continue }
                wanted.features[family] = Features(rawValue: UInt8(random.below(16)))
                for shape in skeleton.shapes.shapes(in: family).keys where random.chance(1, in: 3) {
                    wanted.shapes.release(shape, in: family)
                }
                let choice = random.pick([Shape.Choice.turn, .lot, .hash([.srcip]), .hash([.srcport])])
                wanted.shapes.assign(Shape(choice: choice, slotCount: random.pick(SlotCount.allCases)), in: family)
            }
            let plan = SkeletonPlan(wanted: wanted, installed: installed)
            try kernel.apply(plan.install)
            #expect(Self.isDescribed(kernel, by: plan.afterInstall), "after installing")
            try kernel.apply(plan.collect)
            #expect(Self.isDescribed(kernel, by: plan.afterCollect), "after collecting")
            installed = plan.afterCollect
            wanted.shapes.adopt(installed)
            skeleton = wanted
        }
    }

    /// Emptied chains count as unknown; a map without verdicts is described with or without its name.
    static func isDescribed(_ kernel: Ruleset, by plan: KernelInventory) -> Bool {
        let present = kernel.inventory.tables
        guard present.keys == plan.tables.keys else { return false }
        return plan.tables.allSatisfy { family, planned in
            guard var table = present[family] else { return false }
            for (name, digest) in planned.chains where digest == 0 && table.chains[name] != nil {
                table.chains[name] = 0
            }
            let verdicts = [table, planned].map { $0.verdicts.filter { !$0.value.isEmpty } }
            return table.chains == planned.chains && table.sets == planned.sets && verdicts[0] == verdicts[1]
                && table.comment == planned.comment
        }
    }

    @Test("The text of a shape is what its name says, on every machine and in every release")
    func names() {
        #expect(Shape(choice: .turn, slotCount: .few).chain(in: .ip).name == "s-901b1d90bd0c")
        #expect(Shape(choice: .hash([.srcip, .srcport]), slotCount: .some).chain(in: .ip6).name == "s-c689c584a473")
    }
}

@Suite("Numbers of shapes")
struct ShapeNumbersTests {
    static let turn = Shape(choice: .turn, slotCount: .few)
    static let lot = Shape(choice: .lot, slotCount: .few)

    @Test("A shape keeps its number over a restart")
    func adopt() {
        var before = ShapeNumbers()
        before.assign(Self.lot, in: .ip)
        #expect(before.assign(Self.turn, in: .ip) == 2)
        let skeleton = Skeleton(owner: "x", shapes: before, features: [.ip: []])
        var after = ShapeNumbers()
        after.adopt(skeleton.inventory)
        #expect(after[.ip, Self.turn] == nil, "known to the kernel, used by nobody yet")
        #expect(after.assign(Self.turn, in: .ip) == 2)
        #expect(after.assign(Self.turn, in: .ip6) == 1)
        #expect(after.assign(Shape(choice: .turn, slotCount: .some), in: .ip) == 3)
    }

    @Test("A number is taken until the kernel has forgotten it")
    func release() {
        var numbers = ShapeNumbers()
        numbers.assign(Self.turn, in: .ip)
        numbers.release(Self.turn, in: .ip)
        #expect(numbers.assign(Self.lot, in: .ip) == 2)
        #expect(numbers.assign(Self.turn, in: .ip) == 1)
    }
}

@Suite("What a compiled farm knows")
struct CompiledFarmTests {
    @Test("It finds its elements by key")
    func contains() throws {
        let farm = Make.farm("web", backends: [Make.backend("10.0.0.1", port: 80), Make.backend("10.0.0.2", .down)])
        let world = try World([Make.numbered(farm, 7, backends: 20)])
        let compiled = try #require(world.farms[7])
        for list in compiled.elements {
            for index in 0..<list.count { #expect(compiled.contains(list.set, key: Array(list.key(at: index)))) }
        }
        let usable = SetReference(family: .ip, name: "usable")
        #expect(compiled.contains(usable, key: ElementBytes.bytes(20 | BackendMark.masquerade)))
        #expect(!compiled.contains(usable, key: ElementBytes.bytes(21 | BackendMark.masquerade)))
        #expect(!compiled.contains(SetReference(family: .ip6, name: "usable"), key: ElementBytes.bytes(20)))
        #expect(!compiled.contains(SetReference(family: .ip, name: "traffic"), key: ElementBytes.bytes(20)))
    }

    @Test("A farm that goes down and up is one element for each address")
    func downAndUp() throws {
        var farm = Make.farm("web", backends: [Make.backend("10.0.0.1"), Make.backend("10.0.0.2")])
        let world = try World([Make.numbered(farm)])
        farm.state = .down
        let down = compile(Make.numbered(farm), shapes: world.skeleton.shapes)
        let change = difference(from: world.farms[1], to: down)
        #expect(change.elementCount == 1 && change.switchOver.elementCount == 1)
        #expect(difference(from: down, to: world.farms[1]).elementCount == 1)
    }

    @Test("A backend that goes down and comes back is no other shape: its elements only")
    func backendDown() throws {
        var farm = Make.farm("web", backends: (1...10).map { Make.backend("10.0.0.\($0)", port: 80) })
        let world = try World([Make.numbered(farm)])
        for index in farm.backends.indices {
            for state in [BackendState.down, .off] {
                farm.backends[index].state = state
                let needs = needs(of: Make.numbered(farm))
                #expect(world.skeleton.covers(needs))
                let compiled = compile(Make.numbered(farm), shapes: world.skeleton.shapes)
                let change = difference(from: world.farms[1], to: compiled)
                #expect(change.sweep.reduce(0) { $0 + $1.count } == (state == .down ? 2 : 0))
                #expect(change.elementCount <= 61 * 2 + 2)
            }
            farm.backends[index].state = .up
        }
    }

    @Test("The stamp is one element")
    func stamp() throws {
        var world = try World([Make.numbered(Make.farm("web", backends: [Make.backend("10.0.0.1")]))])
        let set = try #require(Stamp.set(in: world.skeleton.features.keys))
        #expect(set == SetReference(family: .ip, name: "stamp"))
        try world.ruleset.apply(Transaction(Stamp.steps(to: 0, in: set, isPresent: false)))
        try world.ruleset.apply(Transaction(Stamp.steps(to: 0x1_0000_0007, in: set, isPresent: true)))
        #expect(world.ruleset.elements(of: set).flatMap { Stamp.revision($0) } == 7)
    }
}
