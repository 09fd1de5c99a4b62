// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import NIOCore

/// All connections of clients and what they use together. It belongs to the event loop.
final class ConnectionTable {
    let limits: ServerLimits
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    /// Bytes of bodies that are held.
    private(set) var bodyBytes = 0
    /// Bytes of answers that wait to be read.
    private(set) var answerBytes = 0
    /// Whether no further request is taken.
    private(set) var isClosing = false
    private var onEmpty: EventLoopPromise<Void>?

    init(limits: ServerLimits) {
        self.limits = limits
    }

    var count: Int { connections.count }

    /// Takes a new connection; false: there is no room.
    func add(_ connection: HTTPConnection) -> Bool {
        if isClosing { return false }
        if connections.count >= limits.connections {
            let idle = connections.values.min { ($0.idleSince ?? .distantFuture) < ($1.idleSince ?? .distantFuture) }
            guard let idle, idle.idleSince != nil else { return false }
            connections[ObjectIdentifier(idle)] = nil
            idle.close()
        }
        connections[ObjectIdentifier(connection)] = connection
        return true
    }

    func remove(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = nil
        if connections.isEmpty { onEmpty?.succeed() }
    }

    /// Takes room for a part of a body; false: there is none.
    func takeBody(_ count: Int) -> Bool {
        guard bodyBytes + count <= limits.bodies else { return false }
        bodyBytes += count
        return true
    }

    func releaseBody(_ count: Int) {
        bodyBytes -= count
    }

    /// Takes room for an answer; false: there is none.
    func takeAnswer(_ count: Int) -> Bool {
        guard answerBytes + count <= limits.answers else { return false }
        answerBytes += count
        return true
    }

    func releaseAnswer(_ count: Int) {
        answerBytes -= count
    }

    /// Closes what has been waiting for its client too long.
    func sweep(now: NIODeadline) {
        for connection in Array(connections.values) where connection.deadline.map({ $0 <= now }) ?? false {
            connection.close()
        }
    }

    /// Takes no further request; idle connections are closed at once, others after their answer.
    func close(_ onEmpty: EventLoopPromise<Void>) {
        isClosing = true
        self.onEmpty = onEmpty
        if connections.isEmpty { return onEmpty.succeed() }
        for connection in Array(connections.values) where connection.idleSince != nil { connection.close() }
    }

    /// Closes what is still there.
    func abandon() {
        for connection in Array(connections.values) { connection.close() }
    }
}
