// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Testing

@Suite("Ordered table")
struct OrderedTableTests {
    @Test("It does what a plain array does", arguments: 0..<20 as Range<UInt64>)
    func model(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var table = OrderedTable<Int>()
        var model: [(name: Name, value: Int)] = []
        let names = try (0..<12).map { try Name("n\($0)") }
        for step in 0..<600 {
            let name = names.randomElement(using: &generator)!
            let index = model.firstIndex { $0.name == name }
            switch Int.random(in: 0..<5, using: &generator) {
            case 0, 1:
                table.set(step, for: name)
                if let index { model[index].value = step } else { model.append((name, step)) }
            case 2, 3:
                table.remove(name)
                if let index { model.remove(at: index) }
            default:
                let other = names.randomElement(using: &generator)!
                guard let index, other != name else { continue }
                if let second = model.firstIndex(where: { $0.name == other }) {
                    table.rename([(from: name, to: other), (from: other, to: name)])
                    model[second].name = name
                } else {
                    table.rename([(from: name, to: other)])
                }
                model[index].name = other
            }
            #expect(table.names == model.map(\.name))
            #expect(Array(table) == model.map(\.value))
            #expect(table.count == model.count)
            for name in names { #expect(table[name] == model.first { $0.name == name }?.value) }
        }
    }

    @Test("A cursor stays good while objects come and go", arguments: 0..<20 as Range<UInt64>)
    func cursors(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var table = OrderedTable<Int>()
        for number in 0..<200 { table.set(number, for: try Name("n\(number)")) }
        var (cursor, seen): (UInt64, [Int]) = (0, [])
        var removed: Set<Int> = []
        while true {
            let page = table.page(after: cursor, limit: Int.random(in: 1...7, using: &generator))
            guard let last = page.last else { break }
            #expect(page.map(\.position) == page.map(\.position).sorted())
            seen += page.map(\.value)
            cursor = last.position
            for _ in 0..<8 {
                let number = Int.random(in: 0..<200, using: &generator)
                table.remove(try Name("n\(number)"))
                removed.insert(number)
            }
        }
        #expect(seen == seen.sorted())
        #expect(Set(seen).count == seen.count)
        #expect(Set(seen).union(removed) == Set(0..<200))
    }

    @Test("Removing all and adding again costs no more than adding")
    func churn() throws {
        var table = OrderedTable<Int>()
        let names = try (0..<1_000).map { try Name("n\($0)") }
        for round in 0..<20 {
            for name in names { table.set(round, for: name) }
            for name in names { table.remove(name) }
        }
        #expect(table.isEmpty)
        #expect(table.page(limit: 1).isEmpty)
    }
}
