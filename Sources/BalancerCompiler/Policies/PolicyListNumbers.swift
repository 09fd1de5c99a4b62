// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import Nftables

/// Which list of policies has which number in which table: the high half of the register while a packet is on its way to its
/// list. As ``ShapeNumbers``, numbers that the kernel holds are adopted at a start.
public struct PolicyListNumbers: Sendable, Hashable {
    private var numbers: [TableFamily: [PolicyList: UInt16]] = [:]
    private var taken: [TableFamily: [UInt16: String]] = [:]

    /// No lists.
    public init() {}

    /// The number of a list; nil: it has none.
    public subscript(family: TableFamily, list: PolicyList) -> UInt16? { numbers[family]?[list] }

    /// The lists of a table and their numbers.
    public func lists(in family: TableFamily) -> [PolicyList: UInt16] { numbers[family] ?? [:] }

    /// The number of a list, which gets one if it has none: that of its chain in the kernel, else one that nobody has. Nil
    /// when all 65,535 are taken.
    @discardableResult
    mutating func assign(_ list: PolicyList, in family: TableFamily) -> UInt16? {
        if let number = self[family, list] { return number }
        let name = list.chain(in: family).name
        let used = taken[family] ?? [:]
        let known = used.first { $0.value == name }?.key
        guard let number = known ?? (1...UInt16.max).first(where: { used[$0] == nil }) else { return nil }
        taken[family, default: [:]][number] = name
        numbers[family, default: [:]][list] = number
        return number
    }

    /// Forgets a list that nobody has any more. Its number stays taken until the kernel's element is gone.
    mutating func release(_ list: PolicyList, in family: TableFamily) { numbers[family]?[list] = nil }

    /// Takes over what the kernel's `policy-lists` maps say: those numbers are taken, each by its chain.
    public mutating func adopt(_ inventory: KernelInventory) {
        for (family, table) in inventory.tables {
            var known: [UInt16: String] = [:]
            for (key, verdict) in table.verdicts[Maps.policyLists.name] ?? [:] {
                // One that leads to no chain is another program's.
                guard let chain = verdict.chain else { continue }
                known[UInt16(truncatingIfNeeded: ElementBytes.number(key) >> 16)] = chain
            }
            for (list, number) in numbers[family] ?? [:] { known[number] = list.chain(in: family).name }
            taken[family] = known
        }
    }
}
