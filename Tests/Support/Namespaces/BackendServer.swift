// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CLinux
internal import Foundation
internal import Glibc

/// A backend: listens on some ports, TCP and UDP, IPv4 and IPv6, and answers every line or datagram with its name, the peer
/// and the port it was reached at. Runs on a thread of its own in its namespace.
public final class BackendServer: Sendable {
    private let stop: Int32
    private let ended = DispatchSemaphore(value: 0)

    /// Starts; everything listens when this returns.
    ///
    /// - Parameter datagramAddresses: addresses at which datagrams are taken, and from which they are answered; none: at
    ///   all, and answered from whichever the system prefers.
    public init(
        _ name: String, in namespace: NetworkNamespace, ports: [UInt16], datagramAddresses: [String] = []
    ) throws {
        let listeners = try namespace.inside {
            try ports.flatMap { port in
                datagramAddresses.isEmpty
                    ? try Self.listen(port)
                    : try datagramAddresses.map { try Self.listen(.udp, $0, port) }
            }
        }
        stop = linux_event()
        Thread.detachNewThread { [stop, ended] in
            Self.serve(name, listeners, stop: stop)
            ended.signal()
        }
    }

    deinit {
        shutDown()
        close(stop)
    }

    /// Stops: established connections are closed, new ones refused.
    public func shutDown() {
        linux_event_signal(stop)
        ended.wait()
        ended.signal()
    }

    private struct Listener: Sendable {
        var socket: TestSocket
        var isTCP: Bool
        var port: UInt16
    }

    private static func listen(_ port: UInt16) throws -> [Listener] {
        try Transport.allCases.map { try listen($0, "::", port) }
    }

    private static func listen(_ transport: Transport, _ address: String, _ port: UInt16) throws -> Listener {
        let socket = try TestSocket(transport, isIPv6: true)
        socket.set(SOL_SOCKET, SO_REUSEADDR, 1)
        socket.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0)
        try socket.bind(Endpoint(address.contains(":") ? address : "::ffff:" + address, port))
        _ = fcntl(socket.descriptor, F_SETFL, O_NONBLOCK)
        if transport == .tcp, Glibc.listen(socket.descriptor, 1024) != 0 {
            throw ConversationFailure(step: .bind, errno: errno)
        }
        return Listener(socket: socket, isTCP: transport == .tcp, port: port)
    }

    private struct Client {
        var socket: TestSocket
        var answer: [UInt8]
    }

    private static func serve(_ name: String, _ listeners: [Listener], stop: Int32) {
        var clients: [Int32: Client] = [:]
        while true {
            var waiting = [pollfd(fd: stop, events: Int16(POLLIN), revents: 0)]
            waiting += listeners.map { pollfd(fd: $0.socket.descriptor, events: Int16(POLLIN), revents: 0) }
            waiting += clients.keys.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            _ = unsafe poll(&waiting, nfds_t(waiting.count), -1)
            if waiting[0].revents != 0 { return }
            for (index, listener) in listeners.enumerated() where waiting[index + 1].revents != 0 {
                if listener.isTCP {
                    while let client = accept(listener, name) { clients[client.socket.descriptor] = client }
                } else {
                    while answerDatagram(listener, name) {}
                }
            }
            for ready in waiting.dropFirst(1 + listeners.count) where ready.revents != 0 {
                if let client = clients[ready.fd], !answer(client) { clients[ready.fd] = nil }
            }
        }
    }

    private static func accept(_ listener: Listener, _ name: String) -> Client? {
        let (result, peer) = unsafe Endpoint.reading { unsafe Int(Glibc.accept(listener.socket.descriptor, $0, $1)) }
        guard result >= 0 else { return nil }
        _ = fcntl(Int32(result), F_SETFD, FD_CLOEXEC)
        return Client(socket: TestSocket(accepted: Int32(result)), answer: line(name, peer, listener.port))
    }

    private static func line(_ name: String, _ peer: Endpoint, _ port: UInt16) -> [UInt8] {
        Array("\(name) \(peer.address) \(peer.port) \(port)\n".utf8)
    }

    /// Answers what came; false when the client has gone.
    private static func answer(_ client: Client) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = unsafe recv(client.socket.descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        for _ in 0..<buffer[..<count].count(where: { $0 == UInt8(ascii: "\n") }) {
            _ = unsafe send(
                client.socket.descriptor, client.answer, client.answer.count, Int32(MSG_NOSIGNAL))
        }
        return true
    }

    /// A long question gets an answer as long: both go in fragments.
    private static func answerDatagram(_ listener: Listener, _ name: String) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let (count, peer) = unsafe Endpoint.reading { address, length in
            unsafe recvfrom(
                listener.socket.descriptor, &buffer, buffer.count, 0, address, length)
        }
        guard count >= 0 else { return false }
        var text = line(name, peer, listener.port)
        if count > 1500 { text += [UInt8](repeating: UInt8(ascii: " "), count: count - text.count) }
        let target = peer.isIPv6 ? peer : Endpoint("::ffff:" + peer.address, peer.port)
        _ = unsafe target.withSocketAddress { address, length in
            unsafe sendto(listener.socket.descriptor, text, text.count, 0, address, length)
        }
        return true
    }
}
