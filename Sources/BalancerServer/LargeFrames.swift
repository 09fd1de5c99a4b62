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

    private let turns: BackgroundTurns
    private var waiting = Queue<Reading>()
    private var current: Reading?
    private var remains: [JSONRemains] = []

    /// What is done between two looks at the clock: some ten microseconds.
    private static let (bytes, values) = (4096, 1000)

    init(clock: any ServerClock) { turns = BackgroundTurns(clock: clock) }

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
        turns.begin { [weak self] in self.map { $0.giveBackSome() || $0.readSome() } ?? false }
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
