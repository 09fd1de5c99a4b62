// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

/// The newest events, in memory: so many that a watcher who lost its connection, or was slow, misses none.
///
/// Watchers ask for what is behind the last event they have. Nobody is waited for: what is forgotten before a watcher had it
/// is lost to that watcher, and it is told.
public final class EventLog {
    /// What is kept, in bytes, about.
    static let capacity = 4 << 20

    private var events: [EngineEvent] = []
    /// Events before this index are forgotten.
    private var head = 0
    private var size = 0
    private var next: UInt64

    /// Called after each event.
    public var appended: () -> Void = {}

    /// An empty log.
    ///
    /// - Parameter time: seconds since 1970. Sequences begin with it, so that those of a later daemon are greater: there are
    ///   never a million events a second for long. 2^53, the last number that every reader of JSON knows, is far away.
    init(time: Int64) {
        next = UInt64(max(time, 0)) * 1_000_000 + 1
    }

    /// The sequence of the newest event.
    public var newest: UInt64 { next - 1 }

    /// The oldest sequence that can be resumed from.
    public var oldest: UInt64 { next - UInt64(events.count - head) - 1 }

    /// The next events behind a sequence; empty: there are none yet.
    ///
    /// - Returns: nil when events behind that sequence are forgotten, or it was never reached.
    public func events(after sequence: UInt64, limit: Int) -> ArraySlice<EngineEvent>? {
        guard sequence >= oldest, sequence <= newest else { return nil }
        return events[(head + Int(sequence - oldest))...].prefix(limit)
    }

    /// The revision of the oldest change that is kept.
    var firstChange: UInt64? {
        events[head...].first { if case .changed = $0.content { true } else { false } }?.revision
    }

    func append(_ content: EventContent, time: Int64, revision: UInt64) {
        let event = EngineEvent(sequence: next, time: time, revision: revision, content: content)
        events.append(event)
        next += 1
        size += event.size
        while size > Self.capacity, head < events.count - 1 {
            size -= events[head].size
            head += 1
        }
        if head > 1024, head * 2 > events.count {
            events.removeFirst(head)
            head = 0
        }
        appended()
    }
}

extension EngineEvent {
    /// What it takes in memory, about.
    fileprivate var size: Int {
        switch content {
        case .changed(let objects, _, let comment):
            256 + objects.paths.reduce(0) { $0 + 64 + $1.components.count * 32 } + (comment?.utf8.count ?? 0)
        case .refused(let error, _, let comment): 512 + error.reason.utf8.count + (comment?.utf8.count ?? 0)
        case .state, .drift, .drained, .limit, .session: 256
        }
    }
}

extension Engine {
    /// Tells everybody who watches what has happened.
    func emit(_ content: EventContent) {
        events.append(content, time: scheduler.wallClock, revision: revision)
    }

    /// Tells of the requests of a group that is durable.
    ///
    /// - Parameter objects: what each request was about that makes a revision.
    func tellChanges(of requests: [AcceptedRequest], _ objects: [ChangedObjects]) {
        let time = scheduler.wallClock
        for (request, objects) in zip(requests.lazy.filter(\.makesRevision), objects) {
            let asked = request.submission.request
            events.append(
                .changed(objects, author: asked.author, comment: asked.comment), time: time,
                revision: request.revision)
        }
    }
}
