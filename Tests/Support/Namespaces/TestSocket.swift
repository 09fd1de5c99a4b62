// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CLinux
internal import Glibc
internal import Synchronization

/// A socket of a test: blocking, with a time limit on everything. It belongs to the namespace its thread was in.
final class TestSocket: Sendable {
    let descriptor: Int32

    init(_ transport: Transport, isIPv6: Bool) throws {
        let type = transport == .tcp ? SOCK_STREAM : SOCK_DGRAM
        descriptor = linux_socket(isIPv6 ? AF_INET6 : AF_INET, Int32(type.rawValue), 0, 0)
        guard descriptor >= 0 else { throw ConversationFailure(step: .socket, errno: -descriptor) }
    }

    init(accepted descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// How long connecting, sending and receiving may take.
    func setTimeLimit(milliseconds: Int) {
        var time = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    /// Closing then sends RST (socket(7), SO_LINGER).
    func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }

    func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        _ = unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Adds a header to every packet that is sent (ipv6(7), ip(7)).
    func set(_ header: SocketHeader) throws {
        let bytes = header.bytes
        let result = unsafe bytes.withUnsafeBytes {
            unsafe setsockopt(descriptor, header.level, header.option, $0.baseAddress, socklen_t($0.count))
        }
        try check(result, .socket)
    }

    func bind(_ endpoint: Endpoint) throws {
        try check(unsafe endpoint.withSocketAddress { unsafe Glibc.bind(descriptor, $0, $1) }, .bind)
    }

    /// Binds to a port that no socket of this process was given here.
    ///
    /// Left alone the system draws lots, and of 30 sockets two have the same port in one of 65 runs: conntrack then takes
    /// the second for the first, which a test that counts flows sees as a wrong spread.
    func bindFreshPort(isIPv6: Bool) throws {
        while true {
            let count = Self.freshPorts.wrappingAdd(1, ordering: .relaxed).oldValue
            do {
                return try bind(Endpoint(isIPv6 ? "::" : "0.0.0.0", UInt16(32768 + count % 28_000)))
            } catch let failure as ConversationFailure where failure.errno == EADDRINUSE { continue }
        }
    }

    private static let freshPorts = Atomic<Int>(0)

    func connect(_ endpoint: Endpoint) throws {
        try check(unsafe endpoint.withSocketAddress { unsafe Glibc.connect(descriptor, $0, $1) }, .connect)
    }

    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        let sent = unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        try check(sent == bytes.count ? 0 : -1, .send)
    }

    /// What comes next, as it comes: for one short answer.
    func receive() throws -> String {
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        try check(count < 0 ? -1 : 0, .receive)
        guard count > 0 else { throw ConversationFailure(step: .receive, errno: 0) }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    /// Our own end.
    var local: Endpoint {
        unsafe Endpoint.reading { unsafe Int(getsockname(descriptor, $0, $1)) }.endpoint
    }

    private func check(_ result: Int32, _ step: ConversationFailure.Step) throws {
        guard result >= 0 else { throw ConversationFailure(step: step, errno: errno) }
    }
}

/// Where a conversation broke off.
public struct ConversationFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The step.
    public enum Step: String, Sendable {
        /// No socket.
        case socket
        /// No such local address or port.
        case bind
        /// No connection.
        case connect
        /// Not sent.
        case send
        /// Nothing came back, in time or at all; errno 0: the other end closed.
        case receive
    }

    /// The step.
    public var step: Step
    /// Why: EAGAIN or EINPROGRESS when time ran out.
    public var errno: Int32

    /// `connect: Connection refused`.
    public var description: String {
        errno == 0 ? "\(step): closed by peer" : "\(step): \(unsafe String(cString: strerror(errno)))"
    }
}
