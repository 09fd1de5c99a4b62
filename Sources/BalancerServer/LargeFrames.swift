// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import JSON

/// Reads long frames, one after the other, some at a time in each turn of the loop, and gives back what was read the same way:
/// nobody waits for the megabytes of another.
final class LargeFrames {
    /// A frame that is being read, and whom to tell.
    private struct Reading {
        var reading: MessageReading
        var completion: (IncomingMessage, JSONValue) -> Void
    }

    private let clock: any ServerClock
    private var waiting = Queue<Reading>()
    private var current: Reading?
    private var remains: [JSONRemains] = []
    private var isScheduled = false

    /// How long one turn works, in nanoseconds.
    private static let turnBudget: UInt64 = 1_000_000
    /// What is done between two looks at the clock: some ten microseconds.
    private static let (bytes, values) = (4096, 1000)

    init(clock: any ServerClock) { self.clock = clock }

    /// Reads a frame.
    ///
    /// - Parameter completion: called once, in a later turn, with the message and all that was read, to be given back once
    ///   the message is done with.
    func read(_ payload: [UInt8], completion: @escaping (IncomingMessage, JSONValue) -> Void) {
        waiting.append(Reading(reading: MessageReading(payload), completion: completion))
        schedule()
    }

    /// Gives back a large value, once nobody else needs it.
    func giveBack(_ value: consuming JSONValue) {
        remains.append(JSONRemains(value))
        schedule()
    }

    private func schedule() {
        guard !isScheduled else { return }
        isScheduled = true
        clock.soon { [weak self] in
            self?.isScheduled = false
            self?.turn()
        }
    }

    private func turn() {
        let end = clock.now + Self.turnBudget
        repeat {
            guard giveBackSome() || readSome() else { return }
        } while clock.now < end
        schedule()
    }

    /// Memory first. False: there is nothing to give back.
    private func giveBackSome() -> Bool {
        guard var newest = remains.popLast() else { return false }
        if !newest.advance(values: Self.values) { remains.append(newest) }
        return true
    }

    /// False: there is nothing to read.
    private func readSome() -> Bool {
        guard var reading = current.take() ?? waiting.popFirst() else { return false }
        if let (message, read) = reading.reading.advance(bytes: Self.bytes) {
            reading.completion(message, read)
        } else {
            current = reading
        }
        return true
    }
}
