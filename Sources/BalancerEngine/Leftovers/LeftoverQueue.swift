// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

/// Which changes have left something to be done. The store has a value for each of them, under its revision. What is done
/// goes from the store with a later change, not with one of its own: doing it again does no harm.
struct LeftoverQueue {
    /// Of which revisions the store says so.
    private(set) var stored: Set<UInt64> = []
    /// In which respects something is left of them.
    private var open: [UInt64: Set<LeftoverTask>] = [:]
    /// Those that wait for a task to begin.
    private var waiting: [LeftoverTask: [UInt64]] = [:]
    /// What the daemon before has left.
    var found = Leftovers()

    /// A change is durable that leaves something, or of whose leftovers the store says nothing any more.
    mutating func adopt(_ planned: PlannedLeftovers, revision: UInt64) {
        stored.subtract(planned.done)
        if !planned.text.tasks.isEmpty { add(revision, planned.text.tasks) }
    }

    /// Adds a revision of which something is left to be done.
    mutating func add(_ revision: UInt64, _ tasks: Set<LeftoverTask>) {
        stored.insert(revision)
        open[revision] = tasks
        for task in tasks { waiting[task, default: []].append(revision) }
    }

    /// What a task that begins now takes on.
    mutating func begin(_ task: LeftoverTask) -> [UInt64] { waiting.removeValue(forKey: task) ?? [] }

    /// A task is done for these revisions.
    mutating func end(_ task: LeftoverTask, of revisions: [UInt64]) {
        for revision in revisions {
            open[revision]?.remove(task)
            if open[revision]?.isEmpty == true { open[revision] = nil }
        }
    }

    /// Those of which nothing is left.
    var done: Set<UInt64> { stored.filter { open[$0] == nil } }
}

/// What a change writes of leftovers.
struct PlannedLeftovers {
    /// What it leaves itself.
    var text = LeftoverText()
    /// Revisions of which the store says something.
    var stored: Set<UInt64> = []
    /// Those of them of which nothing is left.
    var done: Set<UInt64> = []

    /// Writes what has become of it.
    func write(revision: UInt64, to store: any StorePort) throws(StoreFailure) {
        guard !done.isEmpty || !text.bytes.isEmpty else { return }
        for revision in done { try store.setMetadata(Self.key(revision), nil) }
        var rest = stored.subtracting(done)
        if !text.bytes.isEmpty {
            rest.insert(revision)
            try store.setMetadata(Self.key(revision), text.bytes)
        }
        let list = rest.sorted().map(String.init).joined(separator: " ")
        try store.setMetadata(MetadataKey.leftovers, rest.isEmpty ? nil : Array(list.utf8))
    }

    /// Where the store has what a revision has left.
    static func key(_ revision: UInt64) -> String { "\(MetadataKey.leftovers)-\(revision)" }
}

extension Engine {
    /// Reads what the daemon before has left to be done.
    func readLeftovers() throws(StoreFailure) {
        guard let list = try store.metadata(MetadataKey.leftovers) else { return }
        defer { reviews.wholeRevisions = leftovers.begin(.connections) }
        let tasks = LeftoverTask.allCases.filter { $0 != .connections || connections != nil }
        for word in String(decoding: list, as: UTF8.self).split(separator: " ") {
            guard let revision = UInt64(word) else { continue }
            leftovers.add(revision, Set(tasks))
            if let bytes = try store.metadata(PlannedLeftovers.key(revision)) { leftovers.found.add(encoded: bytes) }
        }
    }

    /// Goes on with it; connections are judged with the review of a start.
    func resumeLeftovers() {
        guard !leftovers.stored.isEmpty else { return }
        for farm in configuration.farms {
            if let installed = farms[farm.name] { leftovers.found.keep(farm, installed) }
        }
        forgottenFarms = leftovers.found.sessions
        forgottenBackends = leftovers.found.backends
        forgottenSources = leftovers.found.sources
        leftovers.found.sessions = [:]
        leftovers.found.backends = [:]
        leftovers.found.sources = [:]
        if forgottenFarms.isEmpty, forgottenBackends.isEmpty {
            leftovers.end(.sessions, of: leftovers.begin(.sessions))
        }
        if forgottenSources.isEmpty { leftovers.end(.sources, of: leftovers.begin(.sources)) }
        scheduleForgettingSessions()
        scheduleForgettingSources()
    }
}
