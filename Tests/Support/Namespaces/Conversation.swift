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
    private let service: Endpoint

    /// Opens a conversation from the namespace of the calling thread.
    ///
    /// - Parameters:
    ///   - source: the local address and port; the system chooses when nil, for UDP a port that no conversation had yet.
    ///   - timeLimit: milliseconds for each step.
    ///   - headers: what every packet of ours has between the IP header and the transport's.
    public init(
        _ transport: Transport, _ service: Endpoint, from source: Endpoint? = nil, timeLimit: Int = 2000,
        headers: [SocketHeader] = []
    ) throws {
        self.service = service
        socket = try TestSocket(transport, isIPv6: service.isIPv6)
        socket.setTimeLimit(milliseconds: timeLimit)
        for header in headers { try socket.set(header) }
        if let source {
            socket.set(SOL_SOCKET, SO_REUSEADDR, 1)
            try socket.bind(source)
        } else if transport == .udp {
            try socket.bindFreshPort(isIPv6: service.isIPv6)
        }
        try socket.connect(service)
    }

    /// Our own end.
    public var local: Endpoint { socket.local }

    /// Asks who is there.
    ///
    /// - Parameter padding: how many bytes the question has besides: a datagram of more than some 1450 goes in fragments.
    public func ask(padding: Int = 0) throws -> Answer {
        try socket.send("?" + String(repeating: " ", count: padding) + "\n")
        return try answer()
    }

    /// Asks many times over one connection without waiting for each answer.
    ///
    /// - Returns: how many bytes came back when all is answered.
    public func exchange(lines count: Int, padding: Int) throws -> Int {
        let line = "?" + String(repeating: " ", count: padding) + "\n"
        let piece = 100
        var bytes = 0
        var answers = 0
        for sent in stride(from: 0, to: count, by: piece) {
            try socket.send(String(repeating: line, count: min(piece, count - sent)))
            while answers < min(sent, count - piece) { try receive(&bytes, &answers) }
        }
        while answers < count { try receive(&bytes, &answers) }
        return bytes
    }

    private func receive(_ bytes: inout Int, _ answers: inout Int) throws {
        let text = try socket.receive()
        bytes += text.utf8.count
        answers += text.utf8.count { $0 == UInt8(ascii: "\n") }
    }

    /// Asks with a datagram of our own making from the same port.
    public func ask(raw headers: [ExtensionHeader]) throws -> Answer {
        try RawDatagram(from: local, to: service, payload: Array("?\n".utf8)).send(headers)
        return try answer()
    }

    /// Ends the connection with RST as soon as this value is gone.
    public func reset() { socket.reset() }

    private func answer() throws -> Answer {
        let words = try socket.receive().split { $0 == " " || $0 == "\n" }.map(String.init)
        guard words.count == 4, let peerPort = UInt16(words[2]), let port = UInt16(words[3]) else {
            throw ConversationFailure(step: .receive, errno: EPROTO)
        }
        return Answer(backend: words[0], peer: Endpoint(words[1], peerPort), port: port)
    }
}
