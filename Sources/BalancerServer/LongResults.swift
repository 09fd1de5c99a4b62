// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import JSON

/// Makes and writes long results, one after the other, some of it in each turn of the loop: nobody waits for the megabytes
/// that another one has asked for.
final class LongResults {
    /// A result that is being written, and whom to tell.
    private struct Writing {
        var writer: JSONSourceWriter
        var isWanted: () -> Bool
        var completion: (Result<[UInt8], RPCError>) -> Void
    }

    private let clock: any ServerClock
    /// The longest reply, in bytes.
    private let limit: Int
    private var waiting = Queue<Writing>()
    private var current: Writing?
    private var isScheduled = false

    /// How long a result is worked at before it has to take turns, in nanoseconds: most are short.
    private static let firstBudget: UInt64 = 200_000
    /// How long one turn works, in nanoseconds.
    private static let turnBudget: UInt64 = 1_000_000

    init(clock: any ServerClock, limit: Int) {
        self.clock = clock
        self.limit = limit
    }

    /// Writes a result.
    ///
    /// - Parameters:
    ///   - isWanted: whether anybody still waits for it; without that it is not written to its end.
    ///   - completion: called once with the text or with the refusal of what is longer than a reply may be; not at all when
    ///     nobody wants it any more. At once, if it is short.
    func write(
        _ source: JSONSource, isWanted: @escaping () -> Bool,
        completion: @escaping (Result<[UInt8], RPCError>) -> Void
    ) {
        let writing = Writing(writer: JSONSourceWriter(source), isWanted: isWanted, completion: completion)
        guard let rest = advance(writing, until: clock.now + Self.firstBudget) else { return }
        waiting.append(rest)
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
            guard let writing = current.take() ?? waiting.popFirst() else { return }
            guard writing.isWanted() else { continue }
            current = advance(writing, until: end)
        } while clock.now < end
        if current != nil || !waiting.isEmpty { schedule() }
    }

    /// Works at a result.
    ///
    /// - Returns: what is left to do; nil: it is told.
    private func advance(_ writing: consuming Writing, until end: UInt64) -> Writing? {
        repeat {
            let isWritten = writing.writer.advance()
            guard writing.writer.text.count <= limit else {
                writing.completion(.failure(.oversizedReply))
                return nil
            }
            if isWritten {
                writing.completion(.success(writing.writer.text))
                return nil
            }
        } while clock.now < end
        return writing
    }
}
