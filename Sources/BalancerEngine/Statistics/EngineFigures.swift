// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

/// A part of the way of a group of changes, between its first request and its last sweep.
public enum CommitPart: String, Sendable, CaseIterable {
    /// The changes are applied to the configuration, one by one.
    case validation
    /// What differs is compiled and cut into transactions.
    case planning
    /// Rows are written into the store's open transaction.
    case storeWrite = "store-write"
    /// Missing chains and maps are made, by the helper.
    case skeleton
    /// What no packet can reach yet is sent.
    case prepare
    /// The one transaction that packets see.
    case switchOver = "switch"
    /// The store's transaction is made durable.
    case storeCommit = "store-commit"
    /// What became unreachable is taken away.
    case sweep

    /// The part that an action of a group belongs to; nil: none that is measured.
    init?(_ action: ChangeGroup.Action) {
        switch action {
        case .writeRows: self = .storeWrite
        case .installSkeleton: self = .skeleton
        case .prepare: self = .prepare
        case .switchOver: self = .switchOver
        case .commitStore: self = .storeCommit
        case .sweep: self = .sweep
        case .answer, .revertSwitch, .revertPrepare, .rollbackStore, .refuse, .finish: return nil
        }
    }
}

/// What the engine has counted of its own doings since it began. Numbers only grow.
public struct EngineFigures: Sendable, Equatable {
    /// Requests that were accepted: in the kernel and on disk. Dry runs are none.
    public internal(set) var changes: UInt64 = 0
    /// Requests that were refused, by the kind of error.
    public internal(set) var refusals: [ErrorKind: UInt64] = [:]
    /// When the last request was accepted, in seconds since 1970; nil: none yet.
    public internal(set) var lastChange: Int64?
    /// From a request to its answer, of those that were accepted.
    public internal(set) var requests = DurationCounts()
    /// From the beginning of a group of requests to their answers.
    public internal(set) var commits = DurationCounts()
    /// The parts of groups that were answered.
    public internal(set) var parts: [CommitPart: DurationCounts] = [:]
    /// How often the helper was run.
    public internal(set) var helperRuns: UInt64 = 0
    /// How often it failed.
    public internal(set) var helperFailures: UInt64 = 0

    /// Nothing has happened yet.
    public init() {}

    /// A request got its answer.
    mutating func note(_ result: Result<ChangeOutcome, BalancerError>, after duration: UInt64, at time: Int64) {
        switch result {
        case .success:
            changes += 1
            lastChange = time
            requests.add(duration)
        case .failure(let error): refusals[error.kind, default: 0] += 1
        }
    }

    /// A group was answered.
    mutating func note(_ watch: PartWatch) {
        guard let duration = watch.untilAnswer else { return }
        commits.add(duration)
        for (part, duration) in watch.sums { parts[part, default: DurationCounts()].add(duration) }
    }
}

/// Takes the time of the parts of one group: all of it, also what it waits for others.
struct PartWatch {
    private let start: UInt64
    private var current: CommitPart?
    private var since: UInt64
    private(set) var sums: [CommitPart: UInt64] = [:]
    /// How long it took until the requests got their answers; nil: they were refused.
    private(set) var untilAnswer: UInt64?

    init(_ part: CommitPart, at time: UInt64) {
        start = time
        since = time
        current = part
    }

    /// The next part begins, or something that is not measured.
    mutating func begin(_ part: CommitPart?, at time: UInt64) {
        if let current { sums[current, default: 0] += time - since }
        current = part
        since = time
    }

    /// The requests have got their answers.
    mutating func answered(at time: UInt64) { untilAnswer = time - start }
}
