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

    @Test("Every feature is a bit of its own")
    func features() {
        #expect(Features.each.allSatisfy { $0.rawValue.nonzeroBitCount == 1 })
        #expect(Set(Features.each.map(\.rawValue)).count == Features.each.count)
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

    @Test(
        "Any sequence of skeletons is installed and collected without a refusal (defects 8.3.1, 8.3.4)",
        arguments: 1...20)
    func sequences(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var kernel = Ruleset()
        var installed = KernelInventory()
        var skeleton = Skeleton(owner: "00ff")
        for _ in 0..<20 {
            var wanted = Skeleton(owner: "00ff", shapes: skeleton.shapes)
            for family in [TableFamily.ip, .ip6] {
                if random.chance(1, in: 4) { continue }
                wanted.features[family] = Features(rawValue: UInt16(random.below(16)))
                if random.chance(1, in: 2) { wanted.features[family]?.insert(.guardedShapes) }
                for feature in [Features.loggedForward, .queuedShapes, .offloadedFlows] where random.chance(1, in: 2) {
                    wanted.features[family]?.insert(feature)
                }
                for shape in skeleton.shapes.shapes(in: family).keys where random.chance(1, in: 3) {
                    wanted.shapes.release(shape, in: family)
                }
                let choice = random.pick([Shape.Choice.turn, .lot, .hash([.srcip]), .hash([.srcport])])
                wanted.shapes.assign(Shape(choice: choice, slotCount: random.pick(SlotCount.allCases)), in: family)
                if random.chance(1, in: 2) { wanted.require(Self.limited(family, &random)) }
            }
            for device in ["eth0", "eth1", "eth2"] where random.chance(1, in: 2) {
                wanted.flowDevices.insert(try InterfaceName(device))
            }
            let plan = SkeletonPlan(wanted: wanted, installed: installed)
            try kernel.apply(plan.install)
            #expect(Self.isDescribed(kernel, by: plan.afterInstall), "after installing")
            try kernel.apply(wanted.renewalOfFlowTables(in: plan.afterInstall))
            #expect(Self.isDescribed(kernel, by: plan.afterInstall), "after making flow tables anew")
            try kernel.apply(plan.collect)
            #expect(Self.isDescribed(kernel, by: plan.afterCollect), "after collecting")
            installed = plan.afterCollect
            wanted.shapes.adopt(installed)
            skeleton = wanted
        }
    }

    /// What a farm with limits needs, with lines and limits of backends.
    static func limited(_ family: TableFamily, _ random: inout SeededGenerator) -> Needs {
        let rate = Shape.RateLimit(PacketRate(5, per: .minute, burst: 3), lifetime: UInt32(random.below(2) * 60))
        let limits = Shape.Limits(
            newConnections: random.pick([nil, rate]), resets: random.pick([nil, rate]),
            established: UInt32(random.below(3)), isStrict: random.chance(1, in: 2), hasBackendLimits: true,
            isDropping: random.chance(1, in: 2))
        var needs = Needs()
        needs[family] = Needs.Table(
            shape: Shape(choice: .turn, slotCount: .few, limits: limits), features: [],
            lines: [LogLine(prefix: .farm, rate: random.pick([nil, rate.rate]))],
            backendLimits: [BackendLimit(count: 1 + UInt32(random.below(2)), isDropping: random.chance(1, in: 2))])
        return needs
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

    @Test("No rule asks whether a map has a key: Linux 6.1 refuses it", arguments: [TableFamily.ip, .ip6])
    func membership(family: TableFamily) {
        var random = SeededGenerator(seed: 1)
        var skeleton = Skeleton(owner: "00ff", features: [family: .all])
        for _ in 0..<20 { skeleton.require(Self.limited(family, &random)) }
        for shape in KernelTests.combinations { skeleton.shapes.assign(shape, in: family) }
        let table = skeleton.render().tables[family]
        let statements = table?.chains.values.flatMap { $0.rules.flatMap(\.statements) } ?? []
        var asked: Set<String> = []
        for statement in statements {
            switch statement {
            case .member(_, let set), .notMember(_, let set): asked.insert(set)
            default: continue
            }
        }
        #expect(asked.count >= 5)
        for set in asked { #expect(table?.sets[set]?.declaration.data == SetDeclaration.Data.none, "\(set)") }
    }

    @Test("The text of a shape is what its name says, on every machine and in every release")
    func names() {
        #expect(Shape(choice: .turn, slotCount: .few).chain(in: .ip).name == "s-5e57e2002f91")
        #expect(Shape(choice: .hash([.srcip, .srcport]), slotCount: .some).chain(in: .ip6).name == "s-a1799f154c70")
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
