// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// What one watcher gets, in order: changes that only the history knows any more, then what the log has.
///
/// It is asked for the next item when the watcher has room for it; nothing is kept for it meanwhile.
public final class EventFeed {
    /// Something to tell a watcher.
    public enum Item: Equatable, Sendable {
        /// An event of the log.
        case event(EngineEvent)
        /// A change that only the history knows: it has no sequence.
        case past(RevisionHead, ChangedObjects)
        /// Events between what was told before and what comes next are forgotten; changes among them come next, as far as
        /// the history knows them.
        case lost
    }

    private let engine: Engine
    private var isLost = false
    /// The revisions that the history is asked for next.
    private var past: Range<UInt64> = 0..<0
    /// What the watcher knows already: the changes up to this revision, and what happened before it.
    private var known: UInt64
    /// The last event of the log that was told.
    private var sequence: UInt64

    /// A feed of what happens from now on.
    ///
    /// - Parameters:
    ///   - after: the sequence of the last event that the watcher had: what came after it comes first.
    ///   - since: where that event is forgotten, or none is given: what came after this revision comes first.
    public init(_ engine: Engine, after: UInt64?, since: UInt64?) {
        self.engine = engine
        let log = engine.events
        known = engine.revision
        sequence = log.newest
        if let after, let following = log.events(after: after, limit: 1) {
            if let next = following.first { known = next.isChange ? next.revision - 1 : next.revision }
            sequence = after
        } else if after != nil || since != nil {
            isLost = after != nil
            known = since ?? known
            sequence = log.oldest
            readHistory()
        }
    }

    /// The sequence of the newest event that was told.
    public var position: UInt64 { sequence }

    /// Up to where the watcher has been told of all changes: those behind this revision come next.
    public var revision: UInt64 { known }

    /// Seconds since 1970.
    public var time: Int64 { engine.scheduler.wallClock }

    /// What comes next; nil: nothing has happened yet.
    public func next() -> Item? {
        if isLost {
            isLost = false
            return .lost
        }
        while let revision = past.first {
            past = revision + 1..<past.upperBound
            if let item = change(revision) { return item }
            if isLost { return next() }
        }
        while true {
            guard let event = engine.events.events(after: sequence, limit: 1) else {
                isLost = true
                sequence = engine.events.oldest
                readHistory()
                return next()
            }
            guard let event = event.first else { return nil }
            sequence = event.sequence
            if isNew(event) { return .event(event) }
        }
    }

    /// Whether the watcher does not know an event. What happened behind a change and was none has the revision of the change.
    private func isNew(_ event: EngineEvent) -> Bool {
        guard event.isChange else { return event.revision >= known }
        guard event.revision > known else { return false }
        known = event.revision
        return true
    }

    // MARK: History

    private func readHistory() {
        past = known..<max(known, engine.events.firstChange ?? engine.revision + 1)
        // The one that is known is not told again.
        if !past.isEmpty { past.removeFirst() }
    }

    private func change(_ revision: UInt64) -> Item? {
        guard let head = head(revision) else {
            // Those that are kept are the newest ones.
            isLost = true
            var missing = past
            while !missing.isEmpty {
                let middle = missing.lowerBound + (missing.upperBound - missing.lowerBound) / 2
                missing = head(middle) == nil ? middle + 1..<missing.upperBound : missing.lowerBound..<middle
            }
            past = missing.lowerBound..<past.upperBound
            return nil
        }
        known = revision
        return .past(head, objects(of: head))
    }

    private func head(_ revision: UInt64) -> RevisionHead? {
        let found = try? engine.store.revisions(before: revision + 1, limit: 1).first
        return found?.revision == revision ? found : nil
    }

    /// The paths of a large change would take long to read.
    private func objects(of head: RevisionHead) -> ChangedObjects {
        guard head.objects <= ChangedObjects.pathLimit, let row = try? engine.store.revision(head.revision),
            let change = (try? JSONValue(parsing: row.change))?.object
        else { return ChangedObjects(count: head.objects) }
        return ChangedObjects(paths: change.keys.compactMap { try? ObjectPath(parsing: $0) }, count: head.objects)
    }
}

extension Range<UInt64> {
    fileprivate mutating func removeFirst() { self = lowerBound + 1..<upperBound }
}

extension EngineEvent {
    /// Whether it is what became a revision.
    fileprivate var isChange: Bool {
        if case .changed = content { true } else { false }
    }
}
