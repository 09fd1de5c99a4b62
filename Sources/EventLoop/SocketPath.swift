// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CLinux
internal import Glibc

/// Why a socket could not be made at a path.
public enum ListenFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// Somebody listens there.
    case inUse(path: String)
    /// There is a file of another kind, which is not ours to remove.
    case notASocket(path: String)
    /// The system refused.
    case system(SystemError)

    /// In words.
    public var description: String {
        switch self {
        case .inUse(let path): "\(path): another process is listening there"
        case .notASocket(let path): "\(path): exists and is not a socket"
        case .system(let error): error.description
        }
    }
}

/// The file of a socket that we made.
struct SocketPath {
    private let path: String
    private let folder: String
    private let identity: linux_file_identity

    static func listen(
        at path: String, mode: UInt32, backlog: Int32
    ) throws(ListenFailure) -> (OwnedDescriptor, SocketPath) {
        let state: State
        do throws(SystemError) {
            let folder = folderOf(path)
            let lock = try FolderLock(folder)
            defer { lock.release() }
            state = try inspect(path)
            if state == .stale { try checkedErrno(unsafe unlink(path), "remove the old socket \(path)") }
            if state == .free || state == .stale {
                return try bind(path, folder: folder, mode: mode, backlog: backlog)
            }
        } catch {
            throw .system(error)
        }
        throw state == .live ? .inUse(path: path) : .notASocket(path: path)
    }

    private static func bind(
        _ path: String, folder: String, mode: UInt32, backlog: Int32
    ) throws(SystemError) -> (OwnedDescriptor, SocketPath) {
        let socket = OwnedDescriptor(try checked(linux_socket(AF_UNIX, streamType, 0, 1), "make a socket"))
        // Before bind: the file is born with at most this mode (the umask can only take away). After it: exactly this mode.
        // Nobody can connect before listen.
        try checkedErrno(fchmod(socket.number, mode), "set the mode of \(path)")
        try checked(unsafe linux_unix_bind(socket.number, path), "bind \(path)")
        do throws(SystemError) {
            try checkedErrno(unsafe chmod(path, mode), "set the mode of \(path)")
            let identity = unsafe linux_identify(path)
            try checked(identity.error, "find \(path)")
            try checkedErrno(Glibc.listen(socket.number, backlog), "listen on \(path)")
            return (socket, SocketPath(path: path, folder: folder, identity: identity))
        } catch {
            _ = unsafe unlink(path)
            throw error
        }
    }

    /// Removes the file, unless another program has put its own there meanwhile.
    func remove() {
        let lock = try? FolderLock(folder)
        let found = unsafe linux_identify(path)
        if found.error == 0 && found.device == identity.device && found.inode == identity.inode {
            _ = unsafe unlink(path)
        }
        lock?.release()
    }

    private enum State { case free, stale, live, otherFile }

    private static func inspect(_ path: String) throws(SystemError) -> State {
        let isSocket = unsafe linux_is_socket(path)
        if isSocket == -ENOENT { return .free }
        guard try checked(isSocket, "inspect \(path)") == 1 else { return .otherFile }

        let probe = OwnedDescriptor(
            try checked(linux_socket(AF_UNIX, streamType, 0, 1), "make a socket"))
        switch unsafe linux_unix_connect(probe.number, path) {
        case 0, -EAGAIN, -EINPROGRESS: return .live  // EAGAIN: its queue is full, so there is one
        case -ECONNREFUSED: return .stale
        case -ENOENT: return .free
        case -EPROTOTYPE: return .live  // a datagram socket, and somebody has it
        case let error: throw SystemError("try \(path)", code: error)
        }
    }

    private static func folderOf(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// SOCK_STREAM is an enum in Swift, and a number in calls.
let streamType = Int32(SOCK_STREAM.rawValue)

/// The lock on a folder while a socket in it is made or removed.
private struct FolderLock {
    private let descriptor: OwnedDescriptor

    /// Waits at most a second: those who hold it need microseconds.
    init(_ folder: String) throws(SystemError) {
        descriptor = OwnedDescriptor(
            try checkedErrno(unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open \(folder)"))
        for _ in 0..<100 {
            if flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 { return }
            guard errno == EWOULDBLOCK || errno == EINTR else { break }
            usleep(10_000)
        }
        throw SystemError("lock \(folder)", code: errno)
    }

    func release() { descriptor.close() }
}
