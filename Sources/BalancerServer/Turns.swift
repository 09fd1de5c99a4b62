// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Shares the turns of the loop among connections: together they work no longer than one may alone, however many want to.
///
/// Who has used up the turn goes on in a later one, behind those who wait already.
final class Turns {
    private let clock: any ServerClock
    private var waiting = Queue<Connection>()
    private var isScheduled = false
    /// How long connections have worked since the last turn, in nanoseconds.
    private var worked: UInt64 = 0

    /// How long connections may work in one turn, in nanoseconds.
    private static let budget: UInt64 = 5_000_000
    private static let short: UInt64 = 100_000

    init(clock: any ServerClock) { self.clock = clock }

    /// Whether the turn is used up.
    func isOver(since start: UInt64) -> Bool { worked + (clock.now - start) >= Self.budget }

    /// A connection has worked.
    func note(since start: UInt64) {
        let time = clock.now - start
        // A short answer is not worth a turn that begins to count anew.
        guard time > Self.short else { return }
        worked += time
        schedule()
    }

    /// Has a connection go on in a later turn.
    func append(_ connection: Connection) {
        waiting.append(connection)
        schedule()
    }

    private func schedule() {
        guard !isScheduled else { return }
        isScheduled = true
        clock.soon { [weak self] in self?.begin() }
    }

    private func begin() {
        isScheduled = false
        worked = 0
        // Who comes again now comes in the next turn.
        for _ in 0..<waiting.count {
            guard let connection = waiting.popFirst() else { return }
            connection.pumpInTurn()
            if worked >= Self.budget { break }
        }
        if !waiting.isEmpty { schedule() }
    }
}
