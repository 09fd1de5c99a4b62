// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerServer
import EventLoop

/// A client's socket, as the server sees it. Lives as long as the loop watches the socket.
final class SocketTransport: Transport {
    let peer: BalancerServer.Peer
    let socket: SocketRole

    private let stream: StreamSocket
    private let loop: EventLoop
    private var connection: Connection?
    private var watch: DescriptorWatch?
    private var isReading = true
    private var isBlocked = false
    private var isFailed = false

    /// Brings a new client to the server, which may refuse it.
    static func connect(_ stream: StreamSocket, on socket: SocketRole, loop: EventLoop, server: Server) {
        let transport = SocketTransport(stream, on: socket, loop: loop)
        guard let connection = server.accept(transport) else { return }
        transport.connection = connection
        // The handler holds the transport on purpose: `close` lets go of it.
        transport.watch = try? stream.watch { readiness in transport.handle(readiness) }
        if transport.watch == nil { transport.fail() }
    }

    private init(_ stream: StreamSocket, on socket: SocketRole, loop: EventLoop) {
        self.stream = stream
        self.socket = socket
        self.loop = loop
        peer = BalancerServer.Peer(
            user: stream.peer.userID, group: stream.peer.groupID, groups: stream.peer.supplementaryGroupIDs,
            process: stream.peer.processID)
    }

    // MARK: Transport

    func write(_ bytes: ArraySlice<UInt8>) -> Int {
        guard !isFailed else { return 0 }
        do throws(SystemError) {
            switch try stream.write(bytes) {
            case .bytes(let count) where count == bytes.count: return count
            case .bytes(let count):
                setBlocked(true)
                return count
            case .wouldBlock:
                setBlocked(true)
                return 0
            }
        } catch {
            // The server is in the middle of something: it hears of this in the next turn.
            isFailed = true
            loop.soon { self.fail() }
            return 0
        }
    }

    func setReading(_ reading: Bool) {
        isReading = reading
        applyInterest()
    }

    func close() {
        connection = nil
        watch?.cancel()
        watch = nil
        stream.close()
    }

    // MARK: The socket

    private func handle(_ readiness: DescriptorWatch.Readiness) {
        if readiness.contains(.writable) {
            setBlocked(false)
            connection?.writable()
        }
        if isReading, readiness.contains(.readable) {
            read()
        } else if readiness.contains(.hungUp) || readiness.contains(.failed) {
            // Nothing that we send can arrive any more.
            fail()
        }
    }

    private func read() {
        var bytes: [UInt8] = []
        do throws(SystemError) {
            switch try stream.read(appendingTo: &bytes) {
            case .bytes: connection?.receive(bytes[...])
            case .wouldBlock: break
            case .endOfStream:
                isReading = false
                applyInterest()
                connection?.endOfInput()
            }
        } catch {
            fail()
        }
    }

    private func setBlocked(_ blocked: Bool) {
        guard blocked != isBlocked else { return }
        isBlocked = blocked
        applyInterest()
    }

    private func applyInterest() {
        var interest: DescriptorWatch.Readiness = []
        if isReading { interest.insert(.readable) }
        if isBlocked { interest.insert(.writable) }
        watch?.interest = interest
    }

    private func fail() {
        let connection = connection
        close()
        connection?.closed()
    }
}
