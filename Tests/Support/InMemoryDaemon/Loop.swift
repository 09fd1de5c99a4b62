// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerServer
import EngineSupport
import Foundation

/// A listening socket.
struct Listener {
    let descriptor: Int32

    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, listen(descriptor, 128) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EINVAL)
        }
    }
}

/// One thread that waits for sockets and lets the server and the engine take their turns.
final class Loop {
    private let listener: Int32
    private let wake: Int32
    private let bench: EngineBench
    private let clock = TurnClock()
    private let server: Server
    private var clients: [Int32: (transport: SocketTransport, connection: Connection)] = [:]
    private var isEnding = false
    /// When the engine's clock was moved last.
    private var time = ContinuousClock.now

    init(listener: Int32, wake: Int32, bench: EngineBench) {
        self.listener = listener
        self.wake = wake
        self.bench = bench
        server = Server(
            engine: bench.engine, clock: clock,
            authorization: Authorization(daemonUser: geteuid(), daemonGroup: getegid()))
        settle()
    }

    func end() { isEnding = true }

    func close() {
        for descriptor in clients.keys { Glibc.close(descriptor) }
        Glibc.close(listener)
    }

    /// Waits for something and does it; false: it is over.
    func turn() -> Bool {
        if isEnding { return false }
        var polled = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
        polled.append(pollfd(fd: wake, events: Int16(POLLIN), revents: 0))
        for (descriptor, client) in clients {
            var events: Int32 = client.transport.isReading ? POLLIN : 0
            if client.transport.wantsRoom { events |= POLLOUT }
            polled.append(pollfd(fd: descriptor, events: Int16(events), revents: 0))
        }
        let pause = Int32(min(1_000, (bench.scheduler.untilNext ?? 1_000) + 1))
        guard unsafe poll(&polled, nfds_t(polled.count), pause) >= 0 || errno == EINTR else { return false }
        moveClock()
        if polled[0].revents != 0 { accept() }
        if polled[1].revents & Int16(POLLIN) != 0 {
            var bytes = [UInt8](repeating: 0, count: 64)
            _ = unsafe read(wake, &bytes, bytes.count)
        }
        for entry in polled.dropFirst(2) where entry.revents != 0 { serve(entry) }
        settle()
        return true
    }

    /// The engine's clock goes as ours does: some requests wait for a moment of it.
    private func moveClock() {
        let passed = (ContinuousClock.now - time) / .milliseconds(1)
        guard passed >= 1 else { return }
        time += .milliseconds(Int(passed))
        bench.scheduler.advance(milliseconds: Int(passed))
    }

    private func accept() {
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0 else { return }
        let transport = SocketTransport(descriptor)
        guard let connection = server.accept(transport) else {
            Glibc.close(descriptor)
            return
        }
        clients[descriptor] = (transport, connection)
    }

    private func serve(_ entry: pollfd) {
        guard let (transport, connection) = clients[entry.fd] else { return }
        if entry.revents & Int16(POLLOUT) != 0 {
            transport.wantsRoom = false
            connection.writable()
        }
        if entry.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
            var bytes = [UInt8](repeating: 0, count: 1 << 18)
            let count = unsafe recv(entry.fd, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            if count > 0 {
                connection.receive(bytes[..<count])
            } else if count == 0 || errno != EAGAIN {
                connection.closed()
                transport.isClosed = true
            }
        }
    }

    /// Lets the server and the engine go on until they wait for somebody.
    private func settle() {
        repeat {
            bench.scheduler.run()
        } while clock.turn()
        for (descriptor, client) in clients where client.transport.isClosed {
            Glibc.close(descriptor)
            clients[descriptor] = nil
        }
    }
}

/// Turns of the server; its patience is not tested here.
private final class TurnClock: ServerClock {
    private var bodies: [() -> Void] = []

    var now: UInt64 { DispatchTime.now().uptimeNanoseconds }
    func soon(_ body: @escaping () -> Void) { bodies.append(body) }
    func after(milliseconds: Int, _ body: @escaping () -> Void) {}

    /// One turn; false: there was nothing to do.
    func turn() -> Bool {
        guard !bodies.isEmpty else { return false }
        let due = bodies
        bodies = []
        for body in due { body() }
        return true
    }
}

/// The socket of a client.
private final class SocketTransport: Transport {
    let peer = Peer(user: 0, group: 0, process: 1)
    let socket = SocketRole.full
    var isReading = true
    var wantsRoom = false
    var isClosed = false
    private let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func write(_ bytes: ArraySlice<UInt8>) -> Int {
        let sent = unsafe bytes.withUnsafeBytes {
            unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
        }
        if sent < bytes.count { wantsRoom = true }
        return max(0, sent)
    }

    func setReading(_ reading: Bool) { isReading = reading }
    func close() { isClosed = true }
}
