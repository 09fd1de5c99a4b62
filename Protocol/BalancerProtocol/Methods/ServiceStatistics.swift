// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What the daemon has counted of its own doings since it started. Numbers only grow until it starts anew.
public struct ServiceStatistics: Record, Hashable {
    /// When the daemon started, in seconds since 1970.
    public var started: UInt64 = 0
    /// How much memory it holds, in bytes.
    public var memory: UInt64 = 0
    /// How many clients are connected.
    public var clients: UInt64 = 0
    /// Requests that were accepted.
    public var changes: UInt64 = 0
    /// When the last one was, in seconds since 1970; nil: there was none.
    public var lastChange: UInt64?
    /// Requests that were refused.
    public var refusals: [RefusalCount] = []
    /// How often other programs had changed what the kernel holds.
    public var driftsFound: UInt64 = 0
    /// How often that was corrected.
    public var driftsRepaired: UInt64 = 0
    /// How often the helper was run.
    public var helperRuns: UInt64 = 0
    /// How often it failed.
    public var helperFailures: UInt64 = 0
    /// The upper bounds of the buckets of all durations, in microseconds.
    public var bounds: [UInt64] = []
    /// From requests to their answers.
    public var requests = DurationStatistics()
    /// From the beginning of groups of requests to their answers.
    public var commits = DurationStatistics()
    /// Of the parts of groups.
    public var parts: [PartStatistics] = []

    /// A daemon that has done nothing yet.
    public init() {}

    /// What goes over the wire.
    public static let fields: [Field<ServiceStatistics>] = [
        .required("started", \.started, "When the daemon started, in seconds since 1970."),
        .required("memory", \.memory, "Its resident memory in bytes."),
        .required("clients", \.clients, "How many clients are connected."),
        .required("changes", \.changes, "Requests that were accepted: in the kernel and on disk."),
        .optional("lastChange", \.lastChange, "When the last one was accepted, in seconds since 1970."),
        .required("refusals", \.refusals, "Requests that were refused, by the kind of error."),
        .required("driftsFound", \.driftsFound, "How often other programs had changed what the kernel holds."),
        .required("driftsRepaired", \.driftsRepaired, "How often that was corrected."),
        .required("helperRuns", \.helperRuns, "How often the helper that writes rules was run."),
        .required("helperFailures", \.helperFailures, "How often it failed."),
        .required("bounds", \.bounds, "Upper bounds of the buckets of durations, in microseconds."),
        .required("requests", \.requests, "From requests to their answers, of those that were accepted."),
        .required("commits", \.commits, "From the beginning of groups of requests to their answers."),
        .required("parts", \.parts, "Of the parts of such groups."),
    ]
}

/// How many requests were refused for a kind of reason.
public struct RefusalCount: Record, Hashable {
    /// The kind of error.
    public var kind = ""
    /// How many.
    public var count: UInt64 = 0

    /// None.
    public init() {}

    /// How many for a kind of reason.
    public init(kind: String, count: UInt64) {
        self.kind = kind
        self.count = count
    }

    /// What goes over the wire.
    public static let fields: [Field<RefusalCount>] = [
        .required("kind", \.kind, "The kind of error."),
        .required("count", \.count, "How many."),
    ]
}

/// How long something took, in buckets.
public struct DurationStatistics: Record, Hashable {
    /// How many fell into each bucket; one more than there are bounds.
    public var counts: [UInt64] = []
    /// All together, in microseconds.
    public var sum: UInt64 = 0

    /// Nothing.
    public init() {}

    /// Counts of durations.
    public init(counts: [UInt64], sum: UInt64) {
        self.counts = counts
        self.sum = sum
    }

    /// What goes over the wire.
    public static let fields: [Field<DurationStatistics>] = [
        .required("counts", \.counts, "How many fell into each bucket; the last is for what is above all bounds."),
        .required("sum", \.sum, "All together, in microseconds."),
    ]
}

/// How long a part of the way of changes took.
public struct PartStatistics: Record, Hashable {
    /// The part.
    public var part = ""
    /// How long it took.
    public var durations = DurationStatistics()

    /// No part.
    public init() {}

    /// A part.
    public init(part: String, durations: DurationStatistics) {
        self.part = part
        self.durations = durations
    }

    /// What goes over the wire.
    public static let fields: [Field<PartStatistics>] = [
        .required("part", \.part, "The part: validation, planning, store-write, skeleton, prepare, switch, …"),
        .required("durations", \.durations, "How long it took."),
    ]
}
