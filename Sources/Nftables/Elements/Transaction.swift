// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Elements to delete and to add in one netlink batch: the kernel takes all of it or changes nothing.
///
/// Order matters to those who read `nft monitor`, and within a batch for a key that is replaced: all deletions, then all
/// additions; the maps by which packets find a service (`services…`) go first on the way out and last on the way in.
public struct Transaction: Sendable, Hashable {
    /// One list of elements and what happens to it.
    public enum Step: Sendable, Hashable {
        /// Removes the elements with these keys; the list has no data.
        case delete(ElementList)
        /// Adds elements whose keys are not there.
        case add(ElementList)

        /// The elements.
        public var list: ElementList {
            switch self {
            case .delete(let list), .add(let list): list
            }
        }

        /// Whether it removes.
        public var isDeletion: Bool {
            if case .delete = self { true } else { false }
        }
    }

    /// In the order in which they are sent.
    public var steps: [Step]

    /// A transaction of some steps, in the order given; see `normalize`.
    public init(_ steps: [Step] = []) { self.steps = steps }

    /// Whether nothing would change.
    public var isEmpty: Bool { steps.allSatisfy { $0.list.isEmpty } }

    /// How many elements are deleted and added.
    public var elementCount: Int { steps.reduce(0) { $0 + $1.list.count } }

    /// Adds a step at the end.
    public mutating func append(_ step: Step) {
        if !step.list.isEmpty { steps.append(step) }
    }

    /// Adds steps at the end.
    public mutating func append(_ more: some Sequence<Step>) {
        for step in more { append(step) }
    }

    /// Adds the steps of another transaction at the end.
    public mutating func append(_ other: Transaction) { append(other.steps) }

    /// Brings the steps into their order: deletions before additions, `services…` first among deletions and last among
    /// additions, then by family and name; steps of one kind and set become one.
    public mutating func normalize() {
        var merged: [Position: ElementList] = [:]
        for step in steps where !step.list.isEmpty {
            let position = Position(step)
            if merged[position] == nil {
                merged[position] = step.list
            } else {
                merged[position]?.append(contentsOf: step.list)
            }
        }
        steps = merged.sorted { $0.key < $1.key }.map { $0.key.isAddition ? .add($0.value) : .delete($0.value) }
    }

    /// As `normalize`, as a new value.
    public var normalized: Transaction {
        var copy = self
        copy.normalize()
        return copy
    }

    private struct Position: Hashable, Comparable {
        let isAddition: Bool
        let isEntry: Bool
        let set: SetReference

        init(_ step: Step) {
            isAddition = !step.isDeletion
            isEntry = step.list.set.name.hasPrefix("services")
            set = step.list.set
        }

        static func < (left: Position, right: Position) -> Bool {
            if left.isAddition != right.isAddition { return !left.isAddition }
            if left.isEntry != right.isEntry { return left.isEntry != left.isAddition }
            return left.set < right.set
        }
    }
}
