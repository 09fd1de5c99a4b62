// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Glibc

/// What a backend said.
public struct Answer: Hashable, Sendable {
    /// The backend's name.
    public var backend: String
    /// Whom the backend saw: the client, or the balancer where it masquerades.
    public var peer: Endpoint
    /// The port at which the backend was reached.
    public var port: UInt16
}

/// A client's connection (or its one UDP port) to a service.
public final class Conversation: Sendable {
    private let socket: TestSocket

    /// Opens a conversation from the namespace of the calling thread.
    ///
    /// - Parameters:
    ///   - source: the local address and port; the system chooses when nil.
    ///   - timeLimit: milliseconds for each step.
    public init(_ transport: Transport, _ service: Endpoint, from source: Endpoint? = nil, timeLimit: Int = 2000) throws
    {
        socket = try TestSocket(transport, isIPv6: service.isIPv6)
        socket.setTimeLimit(milliseconds: timeLimit)
        if let source {
            socket.set(SOL_SOCKET, SO_REUSEADDR, 1)
            try socket.bind(source)
        }
        try socket.connect(service)
    }

    /// Our own end.
    public var local: Endpoint { socket.local }

    /// Asks who is there.
    public func ask() throws -> Answer {
        try socket.send("?\n")
        let words = try socket.receive().split { $0 == " " || $0 == "\n" }.map(String.init)
        guard words.count == 4, let peerPort = UInt16(words[2]), let port = UInt16(words[3]) else {
            throw ConversationFailure(step: .receive, errno: EPROTO)
        }
        return Answer(backend: words[0], peer: Endpoint(words[1], peerPort), port: port)
    }
}
