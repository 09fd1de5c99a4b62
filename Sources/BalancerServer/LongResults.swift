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

        /// Writes the next part; nil: there is more.
        mutating func advance(limit: Int) -> Result<[UInt8], RPCError>? {
            let isWritten = writer.advance()
            guard writer.text.count <= limit else { return .failure(.oversizedReply) }
            return isWritten ? .success(writer.text) : nil
        }
    }

    private let clock: any ServerClock
    /// The longest reply, in bytes.
    private let limit: Int
    private var waiting = Queue<Writing>()
    private var current: Writing?
    private let turns: BackgroundTurns

    /// How long a result is worked at before it has to take turns, in nanoseconds: most are short.
    private static let firstBudget: UInt64 = 200_000

    init(clock: any ServerClock, limit: Int) {
        self.clock = clock
        self.limit = limit
        turns = BackgroundTurns(clock: clock)
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
        var writing = Writing(writer: JSONSourceWriter(source), isWanted: isWanted, completion: completion)
        let end = clock.now + Self.firstBudget
        repeat {
            if let result = writing.advance(limit: limit) { return completion(result) }
        } while clock.now < end
        waiting.append(writing)
        turns.begin { [weak self] in self?.writeSome() ?? false }
    }

    /// False: there is nothing to write.
    private func writeSome() -> Bool {
        if current == nil { current = waiting.popFirst() }
        guard let (isWanted, completion) = current.map({ ($0.isWanted, $0.completion) }) else { return false }
        guard isWanted() else {
            current = nil
            return true
        }
        // In place: the text must not be copied for each part.
        if let result = current?.advance(limit: limit) {
            current = nil
            completion(result)
        }
        return true
    }
}
