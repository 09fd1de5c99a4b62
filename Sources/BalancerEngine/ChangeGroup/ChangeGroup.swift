// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The order in which a group of changes reaches the store and the kernel, and the way back from each place.
///
/// A value without input or output: each event is answered with the one thing to do next. Forward: rows in an open store
/// transaction, missing shapes, prepare, switch, the durable commit, answers, sweep. Backward: what was switched is
/// switched back, what was prepared is taken away, the store's transaction is forgotten.
struct ChangeGroup: Equatable {
    enum Action: Equatable {
        /// Open the store's transaction and write the rows.
        case writeRows
        /// Run the skeleton script.
        case installSkeleton
        /// Send the prepare transaction with this index.
        case prepare(Int)
        /// Send the transaction that makes the group visible.
        case switchOver
        /// Make the store's transaction durable.
        case commitStore
        /// Replace the snapshot, answer everybody.
        case answer
        /// Send the sweep transaction with this index.
        case sweep(Int)
        /// Send the inverse of the switch.
        case revertSwitch
        /// Send the inverse of the prepare transaction with this index.
        case revertPrepare(Int)
        /// Forget the store's transaction.
        case rollbackStore
        /// Say no to everybody in the group (or try each alone).
        case refuse
        /// The next group may begin.
        case finish
    }

    enum Event: Equatable {
        /// What was asked for has been done.
        case done
        /// It has been refused, or it failed, and nothing of it happened.
        case failed
    }

    /// How many transactions the phases have; a group without kernel part has an empty switch.
    struct Extent: Equatable {
        var needsSkeleton = false
        var prepares = 0
        var needsSwitch = true
        var sweeps = 0
        /// Whether the store has a part in it: not when farms are only compiled again, without anything that it should know.
        var isStored = true
    }

    private let extent: Extent
    private(set) var current: Action?

    init(_ extent: Extent) { self.extent = extent }

    /// The first action.
    mutating func start() -> Action { enter(extent.isStored ? .writeRows : next(after: .writeRows)) }

    /// What to do after `event` has answered the current action.
    mutating func handle(_ event: Event) -> Action {
        guard let current else { return start() }
        switch event {
        case .done: return enter(next(after: current))
        case .failed: return enter(retreat(from: current))
        }
    }

    private mutating func enter(_ action: Action) -> Action {
        current = action
        return action
    }

    private func next(after action: Action) -> Action {
        switch action {
        case .writeRows: extent.needsSkeleton ? .installSkeleton : prepare(0)
        case .installSkeleton: prepare(0)
        case .prepare(let index): prepare(index + 1)
        case .switchOver: afterSwitch
        case .commitStore: .answer
        case .answer: sweep(0)
        case .sweep(let index): sweep(index + 1)
        case .revertSwitch: revertPrepare(before: extent.prepares)
        case .revertPrepare(let index): revertPrepare(before: index)
        case .rollbackStore: .refuse
        case .refuse, .finish: .finish
        }
    }

    /// The way back. A step back that fails itself is left: the kernel then differs from the file, its stamp says so, and
    /// the engine compares the two again.
    private func retreat(from action: Action) -> Action {
        switch action {
        case .writeRows, .installSkeleton: .rollbackStore
        case .prepare(let index): revertPrepare(before: index)
        case .switchOver: revertPrepare(before: extent.prepares)
        // A commit that failed has forgotten its transaction already; forgetting it once more does no harm.
        case .commitStore: extent.needsSwitch ? .revertSwitch : revertPrepare(before: extent.prepares)
        case .answer: sweep(0)
        case .sweep(let index): sweep(index + 1)
        case .revertSwitch: revertPrepare(before: extent.prepares)
        case .revertPrepare(let index): revertPrepare(before: index)
        case .rollbackStore: .refuse
        case .refuse, .finish: .finish
        }
    }

    private func prepare(_ index: Int) -> Action {
        if index < extent.prepares { return .prepare(index) }
        return extent.needsSwitch ? .switchOver : afterSwitch
    }

    private var afterSwitch: Action { extent.isStored ? .commitStore : .answer }

    private func sweep(_ index: Int) -> Action { index < extent.sweeps ? .sweep(index) : .finish }

    private func revertPrepare(before index: Int) -> Action { index > 0 ? .revertPrepare(index - 1) : .rollbackStore }
}
