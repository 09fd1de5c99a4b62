// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// A chain that packets reach by its number: the high half of the register, through a verdict map.
protocol NumberedChain: Sendable, Hashable {
    /// Number → chain.
    static var map: SetDeclaration { get }

    /// Its name.
    func chainName(in family: TableFamily) -> String
}

/// Which chain of a kind has which number in which table. Pure bookkeeping.
struct Numbering<Item: NumberedChain>: Sendable, Hashable {
    private var numbers: [TableFamily: [Item: UInt16]] = [:]
    /// Numbers by chain, and all of them: there may be tens of thousands.
    private var chains: [TableFamily: [String: UInt16]] = [:]
    private var taken: [TableFamily: Set<UInt16>] = [:]
    private var next: [TableFamily: UInt16] = [:]

    subscript(family: TableFamily, item: Item) -> UInt16? { numbers[family]?[item] }

    func items(in family: TableFamily) -> [Item: UInt16] { numbers[family] ?? [:] }

    /// The number of an item, which gets one if it has none: that of its chain in the kernel, else one that nobody has.
    /// Nil when all 65,535 are taken.
    mutating func assign(_ item: Item, in family: TableFamily) -> UInt16? {
        if let number = self[family, item] { return number }
        let name = item.chainName(in: family)
        guard let number = chains[family]?[name] ?? free(in: family) else { return nil }
        chains[family, default: [:]][name] = number
        taken[family, default: []].insert(number)
        numbers[family, default: [:]][item] = number
        return number
    }

    /// Forgets an item that no element points to any more. Its number stays taken until the kernel's element is gone.
    mutating func release(_ item: Item, in family: TableFamily) { numbers[family]?[item] = nil }

    /// Takes over what the kernel's map says: those numbers are taken, each by its chain. One that leads to none is another
    /// program's, and free: who gets it has its element written anew.
    mutating func adopt(_ inventory: KernelInventory) {
        for (family, table) in inventory.tables {
            var known: [String: UInt16] = [:]
            var used: Set<UInt16> = []
            for (key, verdict) in table.verdicts[Item.map.name] ?? [:] {
                guard let chain = verdict.chain else { continue }
                let number = UInt16(truncatingIfNeeded: ElementBytes.number(key) >> 16)
                // Two of one chain: the second is another program's.
                known[chain] = min(number, known[chain] ?? .max)
                used.insert(number)
            }
            for (item, number) in numbers[family] ?? [:] {
                known[item.chainName(in: family)] = number
                used.insert(number)
            }
            chains[family] = known
            taken[family] = used
        }
    }

    private mutating func free(in family: TableFamily) -> UInt16? {
        let used = taken[family] ?? []
        guard used.count < Int(UInt16.max) else { return nil }
        var candidate = next[family] ?? 1
        while used.contains(candidate) { candidate = candidate == .max ? 1 : candidate + 1 }
        next[family] = candidate == .max ? 1 : candidate + 1
        return candidate
    }
}
