// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CLinux
internal import Glibc

/// A connected stream socket that never blocks.
public final class StreamSocket {
    /// What came of reading.
    public enum ReadOutcome: Equatable, Sendable {
        /// This many bytes were appended.
        case bytes(Int)
        /// There is nothing now.
        case wouldBlock
        /// The other end sends no more.
        case endOfStream
    }

    /// What came of writing.
    public enum WriteOutcome: Equatable, Sendable {
        /// This many bytes, from the first on, are on their way.
        case bytes(Int)
        /// There is no room now.
        case wouldBlock
    }

    /// Who is at the other end.
    public let peer: Peer
    private let owned: OwnedDescriptor
    private let loop: EventLoop

    /// Takes over a connected, non-blocking Unix stream socket.
    init(owning descriptor: OwnedDescriptor, on loop: EventLoop) throws(SystemError) {
        peer = try Peer(connectedTo: descriptor.number)
        owned = descriptor
        self.loop = loop
    }

    /// The number of its descriptor; -1 when it is closed. It stays the socket's.
    public var descriptor: Int32 { owned.number }

    /// Reads once, at most 64 KiB or `limit`, and appends what came.
    public func read(limit: Int = .max, appendingTo buffer: inout [UInt8]) throws(SystemError) -> ReadOutcome {
        let scratch = unsafe loop.scratch.bytes
        while true {
            let count = unsafe recv(owned.number, scratch.baseAddress, min(scratch.count, limit), 0)
            if count > 0 {
                unsafe buffer.append(contentsOf: scratch[..<count])
                return .bytes(count)
            }
            if count == 0 { return .endOfStream }
            if errno == EAGAIN { return .wouldBlock }
            if errno != EINTR { throw SystemError("read from a socket", code: errno) }
        }
    }

    /// Writes once, from the first byte on. A peer that is gone is an error (EPIPE), never a signal.
    public func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> WriteOutcome {
        while true {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe send(owned.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 { return .bytes(count) }
            if errno == EAGAIN { return .wouldBlock }
            if errno != EINTR { throw SystemError("write to a socket", code: errno) }
        }
    }

    /// Writes once, from the first byte on.
    public func write(_ bytes: [UInt8]) throws(SystemError) -> WriteOutcome {
        try write(bytes[...])
    }

    /// Watches the socket. Cancel the watch before closing.
    public func watch(
        for interest: DescriptorWatch.Readiness = .readable, _ handler: @escaping (DescriptorWatch.Readiness) -> Void
    ) throws(SystemError) -> DescriptorWatch {
        try DescriptorWatch(on: loop, owned.number, for: interest, handler)
    }

    /// Says that nothing more will be written; reading goes on.
    public func shutdownWriting() {
        _ = shutdown(owned.number, Int32(SHUT_WR))
    }

    /// Closes it now; otherwise it is closed when nobody holds it.
    public func close() {
        owned.close()
    }
}
