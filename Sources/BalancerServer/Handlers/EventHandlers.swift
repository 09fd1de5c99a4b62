// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import BalancerProtocol
import JSON

extension Router {
    /// `events.watch`: what happens, as it happens.
    mutating func addEventHandlers(engine: Engine) {
        add(EventsWatch.self, order: .stream) { (parameters, caller) throws(RPCError) in
            let feed = EventFeed(engine, after: parameters.after, since: parameters.since)
            let result = EventsWatch.Result(revision: engine.revision, sequence: feed.position)
            guard caller.subscribe?(EventNotifications(feed)) ?? false else {
                throw RPCError(kind: .conflict, reason: "this connection watches already", hint: "open another one")
            }
            return result
        }
    }
}

/// The events of a feed as notifications.
final class EventNotifications: NotificationSource {
    private let feed: EventFeed

    init(_ feed: EventFeed) { self.feed = feed }

    func next() -> Request? {
        feed.next().map { item in
            Request(id: nil, method: EventsWatch.notification, parameters: .named(WatchedEvent(item, feed).object))
        }
    }
}

extension WatchedEvent {
    fileprivate init(_ item: EventFeed.Item, _ feed: EventFeed) {
        self.init()
        switch item {
        case .event(let event):
            sequence = event.sequence
            revision = event.revision
            time = UInt64(max(0, event.time))
            describe(event.content)
        case .past(let head, let objects):
            revision = head.revision
            time = UInt64(max(0, head.time))
            describe(.changed(objects, author: head.author, comment: head.comment))
        case .lost:
            event = .lost
            revision = feed.revision
            time = UInt64(max(0, feed.time))
            reason = "events before this one are forgotten; changes among them come next where the history knows them"
        }
    }

    private mutating func describe(_ content: EventContent) {
        switch content {
        case .changed(let objects, let author, let comment):
            event = .changed
            paths = objects.paths.map(\.description)
            count = UInt64(objects.count)
            name(author, comment)
        case .refused(let error, let author, let comment):
            event = .refused
            kind = error.kind.rawValue
            path = error.path?.description
            reason = error.reason
            name(author, comment)
        case .state(let step):
            event = .state
            (farm, backend) = (step.farm.text, step.backend?.text)
            before = OperationalState(step.before)
            operational = OperationalState(step.after.state)
            reason = step.after.reason.isEmpty ? nil : step.after.reason
        case .drift(let author, let elements, let objects):
            event = .drift
            (self.author, count, self.objects) = (author, UInt64(elements), UInt64(objects))
        case .drained(let farm, let backend, let cut):
            event = .drained
            (self.farm, self.backend, count) = (farm.text, backend.text, UInt64(cut))
        case .limit(let farm, let limit, let packets):
            event = .limit
            (self.farm, self.limit, count) = (farm.text, limit, packets)
        case .session(let farm, let backend, let client, let forgotten):
            event = .session
            (self.farm, self.backend, self.client) = (farm.text, backend?.text, client)
            count = UInt64(forgotten)
        }
    }

    private mutating func name(_ author: Author, _ comment: String?) {
        user = UInt64(author.user)
        process = UInt64(max(0, author.process))
        origin = author.origin
        self.comment = comment
    }
}
