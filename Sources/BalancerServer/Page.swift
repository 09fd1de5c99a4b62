// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import JSON

/// The part of a listing that one reply carries.
struct Page {
    /// What a page weighs at most when pages were asked for: at 100 to 200 bytes each, objects of half the longest reply.
    static let weight = 50_000

    let revision: UInt64
    private let limit: Int?
    private let position: UInt64
    private let element: UInt64

    /// - Throws: `conflict` when the cursor is of another revision.
    init(limit: PageLimit?, cursor: PageCursor?, revision: UInt64) throws(RPCError) {
        do throws(BalancerError) {
            try cursor?.check(revision: revision)
        } catch {
            throw RPCError(error)
        }
        self.revision = revision
        self.limit = limit?.count ?? (cursor == nil ? nil : Int.max)
        position = cursor?.position ?? 0
        element = cursor?.element ?? 0
    }

    /// Whether everything was asked for in one reply.
    var isWhole: Bool { limit == nil }

    /// The objects of the page: at most as many as asked for, fewer when they are heavy, at least one if there is one.
    func items<Value>(
        of table: OrderedTable<Value>, weight: (Value) -> Int
    ) -> [(position: UInt64, value: Value)] {
        guard let limit else { return table.page(after: position, limit: table.count) }
        var items = table.page(after: position, limit: min(limit, Self.weight))
        var sum = 0
        let fitting = items.prefix { item in
            sum += weight(item.value)
            return sum <= Self.weight
        }
        items.removeSubrange(max(fitting.count, min(1, items.count))...)
        return items
    }

    /// Where the next page of the same list begins, nil at its end.
    func cursor<Value>(
        after items: [(position: UInt64, value: Value)], of table: OrderedTable<Value>,
        section: PageCursor.Section = .farms
    ) -> PageCursor? {
        guard let last = items.last, !table.page(after: last.position, limit: 1).isEmpty else { return nil }
        return PageCursor(revision: revision, section: section, position: last.position)
    }
}

extension Page {
    /// Policies, and of the last one as many elements as there is room for: the next page goes on with it.
    func parts(of table: OrderedTable<Policy>) -> (policies: [Policy], cursor: PageCursor?) {
        var policies: [Policy] = []
        var (position, element) = (position, element)
        var room = Self.weight
        for (next, policy) in table.page(after: position, limit: limit ?? table.count) {
            guard room > 1 else { break }
            let start = Int(clamping: element)
            let part = policy.elements.slice(from: start, limit: room - 1)
            policies.append(policy)
            policies[policies.count - 1].elements = PolicyElements(part)
            room -= 1 + part.count
            element = UInt64(start + part.count)
            guard start + part.count >= policy.elements.count else {
                return (policies, cursor(position, element))
            }
            (position, element) = (next, 0)
        }
        return (policies, table.page(after: position, limit: 1).isEmpty ? nil : cursor(position, 0))
    }

    private func cursor(_ position: UInt64, _ element: UInt64) -> PageCursor {
        PageCursor(revision: revision, section: .policies, position: position, element: element)
    }
}
