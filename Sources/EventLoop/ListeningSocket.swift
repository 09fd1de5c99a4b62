// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CLinux
internal import CSystemd
internal import Glibc

/// A Unix stream socket that takes connections.
public final class ListeningSocket {
    private let owned: OwnedDescriptor
    private let loop: EventLoop
    private let path: SocketPath?
    private var watch: DescriptorWatch?
    private var pause: TimerWatch?

    /// Takes over a socket that systemd made. Its file is systemd's: it stays.
    public init(inheriting socket: InheritedSocket, on loop: EventLoop) throws(SystemError) {
        let isStream = try checked(
            sd_is_socket(socket.descriptor, AF_UNIX, streamType, 1),
            "inspect inherited socket \(socket.name)")
        guard isStream > 0 else {
            throw SystemError("inherited socket \(socket.name) is no listening Unix stream socket", code: EPROTOTYPE)
        }
        try checkedErrno(
            fcntl(socket.descriptor, F_SETFL, fcntl(socket.descriptor, F_GETFL) | O_NONBLOCK),
            "prepare inherited socket \(socket.name)")
        try checkedErrno(
            fcntl(socket.descriptor, F_SETFD, FD_CLOEXEC), "prepare inherited socket \(socket.name)")
        owned = OwnedDescriptor(socket.descriptor)
        path = nil
        self.loop = loop
    }

    /// Makes a socket at a path.
    ///
    /// Nobody can connect before it has its mode. A socket file that nobody listens on is replaced; one that somebody listens
    /// on is `ListenFailure.inUse`, and any other file `ListenFailure.notASocket`. Two programs that try at once cannot
    /// take each other's: the folder is locked meanwhile (flock(2)).
    public init(path: String, mode: UInt32, backlog: Int32 = 1024, on loop: EventLoop) throws(ListenFailure) {
        (owned, self.path) = try SocketPath.listen(at: path, mode: mode, backlog: backlog)
        self.loop = loop
    }

    /// The number of its descriptor; -1 when it is closed.
    public var descriptor: Int32 { owned.number }

    /// Takes one connection that waits, nil if none does.
    public func accept() throws(SystemError) -> StreamSocket? {
        while true {
            let connection = linux_accept(owned.number)
            if connection == -EAGAIN { return nil }
            // accept(2): the client went away before its turn.
            if connection == -ECONNABORTED { continue }
            try checked(connection, "accept a connection")
            return try StreamSocket(owning: OwnedDescriptor(connection), on: loop)
        }
    }

    /// Calls `handler` for each connection, at most 64 a turn, until the socket is closed.
    ///
    /// When descriptors or memory run out (EMFILE, ENFILE, ENOBUFS, ENOMEM), `failure` hears of it and the socket rests
    /// 100 ms: the waiting connection stays in the kernel's queue and would otherwise wake the loop for ever.
    public func listen(
        _ handler: @escaping (StreamSocket) -> Void, failure: @escaping (SystemError) -> Void = { _ in }
    ) throws(SystemError) {
        watch = try DescriptorWatch(on: loop, owned.number) { [weak self] _ in
            guard let self else { return }
            for _ in 0..<64 {
                do throws(SystemError) {
                    guard let connection = try self.accept() else { return }
                    handler(connection)
                } catch {
                    failure(error)
                    return self.rest()
                }
                // The handler may have closed us.
                guard self.watch != nil else { return }
            }
        }
    }

    private func rest() {
        guard let watch else { return }
        watch.interest = []
        pause = try? loop.after(milliseconds: 100) { [weak self] in
            self?.pause = nil
            self?.watch?.interest = .readable
        }
        // Without memory for a timer: trying again at once is what is left.
        if pause == nil { watch.interest = .readable }
    }

    /// Stops taking connections and removes the socket's file if it is still ours.
    public func close() {
        // Now, also inside the watch's own handler, which holds it.
        watch?.cancel()
        watch = nil
        pause = nil
        guard owned.number >= 0 else { return }
        path?.remove()
        owned.close()
    }

    deinit { close() }
}
