// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// The transactions that make the kernel right: as one if it is little, else in an order in which packets always find
/// their way: what is missing behind the services, what differs there, the services, what is too much.
struct Correction {
    private(set) var transactions: [Transaction] = []
    private(set) var elementCount = 0
    private let limit: Int

    init(_ comparisons: [ElementComparison], limit: Int) {
        self.limit = limit
        elementCount = comparisons.reduce(0) { $0 + $1.elementCount }
        guard elementCount > limit else {
            var whole = Transaction()
            for comparison in comparisons {
                whole.append(.delete(comparison.surplus))
                whole.append(.delete(comparison.changed.keys))
                whole.append(.add(comparison.changed))
                whole.append(.add(comparison.missing))
            }
            whole.normalize()
            if !whole.isEmpty { transactions = [whole] }
            return
        }
        let entries = comparisons.filter(\.isEntry)
        let behind = comparisons.filter { !$0.isEntry }
        for comparison in behind { addInParts(comparison.missing) { [.add($0)] } }
        for comparison in behind { addInParts(comparison.changed) { [.delete($0.keys), .add($0)] } }
        for comparison in entries {
            addInParts(comparison.changed) { [.delete($0.keys), .add($0)] }
            addInParts(comparison.surplus) { [.delete($0)] }
            addInParts(comparison.missing) { [.add($0)] }
        }
        for comparison in behind { addInParts(comparison.surplus) { [.delete($0)] } }
    }

    private mutating func addInParts(_ list: ElementList, _ steps: (ElementList) -> [Transaction.Step]) {
        for part in list.cut(limit) { transactions.append(Transaction(steps(part))) }
    }
}

extension ElementComparison {
    fileprivate var elementCount: Int { surplus.count + changed.count + missing.count }
    /// Whether packets begin their way here.
    fileprivate var isEntry: Bool { surplus.set.name.hasPrefix("services") }
}
