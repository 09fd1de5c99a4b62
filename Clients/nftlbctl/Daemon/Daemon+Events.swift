// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerClient
import BalancerProtocol

/// How far a watcher is: what it needs to go on without a gap.
struct EventPlace {
    /// The sequence of the last event that had one.
    var after: UInt64?
    /// The revision of the last event.
    var since: UInt64?

    mutating func pass(_ event: WatchedEvent) {
        if let sequence = event.sequence { after = sequence }
        since = event.revision
    }
}

extension Daemon {
    /// Watches until the connection ends.
    ///
    /// - Parameter body: called for each event, in order.
    func watch(_ place: inout EventPlace, _ body: (WatchedEvent) -> Void) throws(Failure) {
        let start = try call(EventsWatch.self, .init(after: place.after, since: place.since))
        if place.after == nil, place.since == nil { place = EventPlace(after: start.sequence, since: start.revision) }
        while true {
            if let event = try nextEvent(within: nil) {
                place.pass(event)
                body(event)
            }
        }
    }

    /// Begins to watch from now on.
    func watch() throws(Failure) { _ = try call(EventsWatch.self) }

    /// The next event; nil: none came in time.
    func nextEvent(within time: Duration?) throws(Failure) -> WatchedEvent? {
        do throws(ClientError) {
            guard let request = try connection.nextNotification(within: time) else { return nil }
            guard request.method == EventsWatch.notification, case .named(let object) = request.parameters else {
                return nil
            }
            do throws(FieldFailure) {
                return try WatchedEvent(json: object, unknownKeys: .ignored)
            } catch {
                throw ClientError.violation("an event that cannot be read: \(error)")
            }
        } catch {
            throw Failure(error)
        }
    }
}
