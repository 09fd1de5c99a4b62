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
        /// Adds elements with times of their own, whose keys are not there: to a set with `flags timeout`. What the kernel
        /// does to the time of an element that is there with the same data depends on its version: delete it first.
        case addTimed(TimedElements)

        /// The elements.
        public var list: ElementList {
            switch self {
            case .delete(let list), .add(let list): list
            case .addTimed(let timed): timed.elements
            }
        }

        /// The times of the elements; nil where they have those of the set, or none.
        var lifetimes: [Lifetime]? {
            switch self {
            case .delete, .add: nil
            case .addTimed(let timed): timed.lifetimes
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
        var lifetimes: [Position: [Lifetime]] = [:]
        for step in steps where !step.list.isEmpty {
            let position = Position(step)
            if merged[position] == nil {
                merged[position] = step.list
            } else {
                merged[position]?.append(contentsOf: step.list)
            }
            if let times = step.lifetimes { lifetimes[position, default: []] += times }
        }
        steps = merged.sorted { $0.key < $1.key }.map { position, list in
            if let times = lifetimes[position] { return .addTimed(TimedElements(list, lifetimes: times)) }
            return position.isAddition ? .add(list) : .delete(list)
        }
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
        let isTimed: Bool

        init(_ step: Step) {
            isAddition = !step.isDeletion
            isEntry = step.list.set.name.hasPrefix("services")
            set = step.list.set
            isTimed = step.lifetimes != nil
        }

        static func < (left: Position, right: Position) -> Bool {
            if left.isAddition != right.isAddition { return !left.isAddition }
            if left.isEntry != right.isEntry { return left.isEntry != left.isAddition }
            if left.set != right.set { return left.set < right.set }
            return !left.isTimed && right.isTimed
        }
    }
}
