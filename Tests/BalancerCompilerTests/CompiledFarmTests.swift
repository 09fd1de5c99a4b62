// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables
import Testing

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
            for state in [BackendState.down, .off, .incomplete] {
                farm.backends[index].state = state
                let needs = needs(of: Make.numbered(farm))
                #expect(world.skeleton.covers(needs))
                let compiled = compile(Make.numbered(farm), shapes: world.skeleton.shapes)
                let change = difference(from: world.farms[1], to: compiled)
                #expect(change.sweep.reduce(0) { $0 + $1.count } == (state.isUsable ? 0 : 2))
                #expect(change.elementCount <= 61 * 2 + 2)
            }
            farm.backends[index].state = .up
        }
    }

    @Test("A backend of sticky clients stops to be usable with the switch, its way goes afterwards")
    func stickyBackendDown() throws {
        var farm = Make.farm("web", backends: [Make.backend("10.0.0.1"), Make.backend("10.0.0.2")])
        farm.options.persistence = [.srcip]
        let world = try World([Make.numbered(farm)])
        farm.backends[0].state = .down
        let down = compile(Make.numbered(farm), shapes: world.skeleton.shapes)
        let change = difference(from: world.farms[1], to: down)
        let usable = SetReference(family: .ip, name: "usable")
        #expect(change.switchOver.steps.contains { $0.isDeletion && $0.list.set == usable })
        #expect(change.sweep.map(\.set.name) == ["to-addr"])
        let back = difference(from: down, to: world.farms[1])
        #expect(back.prepare.map(\.set.name) == ["to-addr"])
        #expect(back.switchOver.steps.contains { !$0.isDeletion && $0.list.set == usable })
    }

    @Test(
        "Limits of many farms are the chains of one; from one number that is there to another is a change of elements")
    func limits() throws {
        let farms = (1...20).map { number -> NumberedFarm in
            var farm = Make.farm(
                "f\(number)", [Make.farmAddress("192.0.2.\(number)")], backends: [Make.backend("10.0.0.1")])
            farm.options.newRateLimit = Make.rate("5/minute")
            farm.options.establishedLimit = Count(unchecked: 4)
            farm.options.verdict = [.drop]
            farm.backends[0].options.establishedLimit = Count(unchecked: number.isMultiple(of: 2) ? 7 : 9)
            return Make.numbered(farm, number, backends: number * 10)
        }
        let all = try World(farms)
        let few = try World(Array(farms.prefix(2)))
        let chains = { (world: World) in world.ruleset.tables[.ip]?.chains.keys.sorted() }
        #expect(chains(all) == chains(few))
        #expect(all.ruleset.tables[.ip]?.sets.keys.sorted() == few.ruleset.tables[.ip]?.sets.keys.sorted())

        var changed = farms[0].farm
        changed.backends[0].options.establishedLimit = Count(unchecked: 7)
        #expect(all.skeleton.covers(needs(of: Make.numbered(changed, 1, backends: 10))))
        let after = compile(Make.numbered(changed, 1, backends: 10), shapes: all.skeleton.shapes)
        let change = difference(from: all.farms[1], to: after)
        #expect(change.prepare.isEmpty && change.sweep.isEmpty)
        #expect(change.switchOver.steps.map(\.list.set.name) == ["blimit", "blimit"])
        #expect(change.elementCount == 2)
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
