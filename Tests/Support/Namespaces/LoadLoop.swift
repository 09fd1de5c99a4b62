// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Foundation
internal import Synchronization

/// Clients that open one conversation after the other until they are stopped, and count what fails.
public final class LoadLoop: Sendable {
    /// What happened.
    public struct Result: Sendable {
        /// How many conversations each backend answered.
        public var answered: [String: Int] = [:]
        /// What failed, and how often.
        public var failures: [ConversationFailure: Int] = [:]

        /// Conversations in all.
        public var total: Int { answered.values.reduce(0, +) + failed }
        /// Failed conversations in all.
        public var failed: Int { failures.values.reduce(0, +) }
    }

    private struct State {
        var result = Result()
        var isStopping = false
        var running: Int
    }

    private let state: Mutex<State>
    private let ended = DispatchSemaphore(value: 0)

    /// Starts clients in the topology's client namespace.
    ///
    /// - Parameter pause: microseconds between two conversations of a client; without, clients and servers take whatever the
    ///   processors have.
    public init(
        _ topology: Topology, _ transport: Transport, _ services: [Endpoint], clients: Int = 2, timeLimit: Int = 3000,
        pause: UInt32 = 0
    ) {
        state = Mutex(State(running: clients))
        let namespace = topology.client
        for _ in 0..<clients {
            Thread.detachNewThread {
                try? namespace.enter()
                self.run(transport, services, timeLimit, pause)
            }
        }
    }

    /// What happened so far.
    public var result: Result { state.withLock { $0.result } }

    /// Waits until so many more conversations have ended: a change is then known to have been under load.
    public func wait(for conversations: Int) {
        let target = result.total + conversations
        while result.total < target { Thread.sleep(forTimeInterval: 0.002) }
    }

    /// Stops the clients after their present conversation.
    public func stop() -> Result {
        state.withLock { $0.isStopping = true }
        ended.wait()
        ended.signal()
        return result
    }

    private func run(_ transport: Transport, _ services: [Endpoint], _ timeLimit: Int, _ pause: UInt32) {
        var turn = 0
        while !state.withLock({ $0.isStopping }) {
            let outcome = Swift.Result { () throws -> String in
                try Conversation(transport, services[turn % services.count], timeLimit: timeLimit).ask().backend
            }
            turn += 1
            if pause > 0 { usleep(pause) }
            state.withLock { state in
                switch outcome {
                case .success(let backend):
                    state.result.answered[backend, default: 0] += 1
                case .failure(let error):
                    let failure = error as? ConversationFailure ?? ConversationFailure(step: .socket, errno: 0)
                    state.result.failures[failure, default: 0] += 1
                }
            }
        }
        let isLast = state.withLock { state in
            state.running -= 1
            return state.running == 0
        }
        if isLast { ended.signal() }
    }
}
