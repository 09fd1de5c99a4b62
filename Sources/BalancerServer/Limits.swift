// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What clients may use of the daemon (design.md, section 6).
public struct Limits: Sendable, Equatable {
    /// Connections in all.
    public var connections = 1_000
    /// Connections besides, for administrators.
    public var connectionsKept = 32
    /// Connections of one user other than root.
    public var connectionsPerUser = 64
    /// The longest frame on the full socket.
    public var frame = 64 << 20
    /// The longest frame on the read-only socket.
    public var readOnlyFrame = 64 << 10
    /// All input that waits for its end or for its answer, over all connections.
    public var input = 128 << 20
    /// The longest reply.
    public var reply = 16 << 20
    /// How deep JSON may nest.
    public var depth = 64
    /// Output queued for one client from which on its further requests wait.
    public var outputPause = 1 << 20
    /// Output queued for one client beyond which it is dropped.
    public var output = 64 << 20
    /// Input of one client, waiting for its turn, from which on no more is read from it.
    public var inputPause = 4 << 20
    /// How long a client may leave queued output untouched before it is dropped.
    public var outputPatience: Duration = .seconds(10)
    /// How long a client may leave a frame unfinished before it is dropped.
    public var inputPatience: Duration = .seconds(30)

    /// The defaults.
    public init() {}

    /// The longest frame on a socket.
    public func frame(on socket: SocketRole) -> Int {
        switch socket {
        case .full: frame
        case .readOnly: readOnlyFrame
        }
    }
}
