// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import NIOCore

/// Lets changes go side by side, so that the daemon makes one commit of many; and lets one go alone that depends on what it
/// looked up and came too late several times because of the others.
struct ChangeGate: Sendable {
    private let eventLoop: any EventLoop
    private let core: NIOLoopBound<Core>

    static func make(on eventLoop: any EventLoop) async throws -> ChangeGate {
        try await eventLoop.submit {
            ChangeGate(eventLoop: eventLoop, core: NIOLoopBound(Core(), eventLoop: eventLoop))
        }.get()
    }

    /// Does something beside others, or alone.
    func pass<Result: Sendable, Failure: Error>(
        alone: Bool, _ body: () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let promise = eventLoop.makePromise(of: Void.self)
        eventLoop.execute { [core] in core.value.enter(promise, alone) }
        try? await promise.futureResult.get()
        defer { eventLoop.execute { [core] in core.value.leave() } }
        return try await body()
    }

    /// What belongs to the event loop.
    private final class Core {
        private var inside = 0
        private var isTaken = false
        private var waiting: CircularBuffer<(promise: EventLoopPromise<Void>, alone: Bool)> = []

        func enter(_ promise: EventLoopPromise<Void>, _ alone: Bool) {
            waiting.append((promise, alone))
            admit()
        }

        func leave() {
            inside -= 1
            if inside == 0 { isTaken = false }
            admit()
        }

        /// In the order of arrival: who waits to be alone keeps those behind it waiting.
        private func admit() {
            while let next = waiting.first, !isTaken, !next.alone || inside == 0 {
                waiting.removeFirst()
                inside += 1
                isTaken = next.alone
                next.promise.succeed()
            }
        }
    }
}
