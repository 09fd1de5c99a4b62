// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// One client's byte stream, as the server sees it. The shell implements it over a socket, tests over an array.
///
/// Everything is called on the server's thread. The shell reports what happens through the `Connection` that
/// `Server.accept(_:)` returned: `receive(_:)`, `writable()` and `closed()`.
public protocol Transport: AnyObject {
    /// Who is at the other end, as the kernel noted it when they connected.
    var peer: Peer { get }
    /// Which of the two sockets they came through.
    var socket: SocketRole { get }
    /// Hands bytes over as far as the socket takes them now, without waiting.
    ///
    /// - Returns: how many were taken. Less than all of them: the shell calls `Connection.writable()` once there is room.
    func write(_ bytes: ArraySlice<UInt8>) -> Int
    /// Stops or resumes the calls of `Connection.receive(_:)`, so that the client feels that we cannot keep up.
    func setReading(_ reading: Bool)
    /// Ends the connection at once; `Connection.closed()` is not called for it any more.
    func close()
}

/// The two sockets of the daemon.
public enum SocketRole: String, Sendable, CaseIterable {
    /// Mode 0660: what one may do here depends on who one is.
    case full = "rpc"
    /// Mode 0666: everybody is a reader here.
    case readOnly = "rpc-readonly"
}

/// Who is at the other end of a connection (SO_PEERCRED and SO_PEERGROUPS, unix(7), socket(7)).
public struct Peer: Hashable, Sendable {
    /// User id.
    public var user: UInt32
    /// Group id.
    public var group: UInt32
    /// Supplementary group ids.
    public var groups: [UInt32]
    /// Process id: for log lines only. It may belong to another program by the time somebody looks at it.
    public var process: Int32

    /// Names a peer.
    public init(user: UInt32, group: UInt32, groups: [UInt32] = [], process: Int32) {
        self.user = user
        self.group = group
        self.groups = groups
        self.process = process
    }
}

/// Time, as the server sees it.
public protocol ServerClock: AnyObject {
    /// Nanoseconds of a clock that never goes back.
    var now: UInt64 { get }
    /// Runs `body` once, in a later turn of the loop.
    func soon(_ body: @escaping () -> Void)
    /// Runs `body` once, after at least that long.
    func after(milliseconds: Int, _ body: @escaping () -> Void)
}
