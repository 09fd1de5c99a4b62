// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CLinux
internal import Glibc

/// A connected stream socket that is closed with its owner. Reads and writes wait with poll(2) until a deadline.
struct StreamSocket: ~Copyable {
    private let descriptor: Int32

    /// Takes over a connected descriptor and makes it non-blocking.
    init(adopting descriptor: Int32) {
        self.descriptor = descriptor
        let flags = fcntl(descriptor, F_GETFL)
        _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
    }

    deinit {
        close(descriptor)
    }

    /// Connects to a Unix socket (unix(7)).
    static func connect(path: String, deadline: Deadline) throws(ClientError) -> StreamSocket {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        // The kernel takes a path that fills the array without a NUL, but then other programs do not.
        guard bytes.isEmpty == false, bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw .noDaemon(path: path, reason: "not a path for a socket (at most 107 bytes)")
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }

        let descriptor = linux_socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, 1)
        guard descriptor >= 0 else { throw .failed(text(-descriptor)) }
        let socket = StreamSocket(adopting: descriptor)
        while true {
            switch attempt(descriptor, address) {
            case 0, EISCONN: return socket
            case EINTR: continue
            case EAGAIN:
                // A Unix socket does not wait when the listener's queue is full; there is nothing to poll for.
                guard deadline.pollTimeout != 0 else { throw .timedOut }
                _ = poll(nil, 0, 10)
            case EACCES, EPERM: throw .notPermitted(path: path)
            case let error: throw .noDaemon(path: path, reason: text(error))
            }
        }
    }

    /// One connect(2): 0 or its errno.
    private static func attempt(_ descriptor: Int32, _ address: sockaddr_un) -> Int32 {
        let result = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe Glibc.connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 ? 0 : errno
    }

    /// Sends what can be sent and waits for what can be received, whichever comes first. Reading goes on while much
    /// is written: a server that does not get rid of its replies stops to read.
    /// Returns the bytes received; empty: the peer closed.
    mutating func exchange(
        _ output: inout ArraySlice<UInt8>, deadline: Deadline
    ) throws(ClientError) -> [UInt8]? {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        if output.isEmpty == false { request.events |= Int16(POLLOUT) }
        let ready = unsafe poll(&request, 1, deadline.pollTimeout)
        guard ready != 0 else { throw .timedOut }
        guard ready > 0 else {
            guard errno == EINTR else { throw .failed(Self.text(errno)) }
            return nil
        }
        if output.isEmpty == false, request.revents & Int16(POLLOUT) != 0 { try send(&output) }
        guard request.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 else { return nil }
        return try receive()
    }

    private func send(_ output: inout ArraySlice<UInt8>) throws(ClientError) {
        let count = unsafe output.withUnsafeBytes { bytes in
            // No SIGPIPE: the peer's end is an error to report, not one to die of.
            unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
        if count >= 0 {
            output.removeFirst(count)
        } else if errno == EPIPE {
            // What the peer said before it closed is still to be read.
            output = []
        } else if errno != EAGAIN && errno != EINTR {
            throw errno == ECONNRESET ? .closed : .failed(Self.text(errno))
        }
    }

    private func receive() throws(ClientError) -> [UInt8]? {
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
            let received = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if received < 0 { failure = errno }
            count = max(0, received)
        }
        switch failure {
        case 0: return bytes
        case EAGAIN, EINTR: return nil
        case ECONNRESET: return []
        default: throw .failed(Self.text(failure))
        }
    }

    private static func text(_ error: Int32) -> String {
        guard let text = unsafe strerror(error) else { return "error \(error)" }
        return unsafe String(cString: text)
    }
}
