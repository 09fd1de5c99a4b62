// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CLinux

/// Who is at the other end of a Unix socket, as the kernel noted it when they connected (SO_PEERCRED, unix(7)).
///
/// Decide by user and groups. The process id is for the journal only: processes end and their numbers are given to others.
public struct Peer: Hashable, Sendable {
    /// The effective user id.
    public var userID: UInt32
    /// The effective group id.
    public var groupID: UInt32
    /// The supplementary groups (SO_PEERGROUPS, socket(7)).
    public var supplementaryGroupIDs: [UInt32]
    /// The process id, for information.
    public var processID: Int32

    /// Describes a peer.
    public init(userID: UInt32, groupID: UInt32, supplementaryGroupIDs: [UInt32] = [], processID: Int32 = 0) {
        self.userID = userID
        self.groupID = groupID
        self.supplementaryGroupIDs = supplementaryGroupIDs
        self.processID = processID
    }

    /// Whether the peer is in a group, as its first one or as a supplementary one.
    public func isMember(of group: UInt32) -> Bool {
        groupID == group || supplementaryGroupIDs.contains(group)
    }

    init(connectedTo socket: Int32) throws(SystemError) {
        let credentials = linux_peer_credentials(socket)
        try checked(credentials.error, "read the peer's credentials")
        var groups = [UInt32](repeating: 0, count: 32)
        var count = unsafe linux_peer_groups(socket, &groups, Int32(groups.count))
        if count > groups.count {
            groups = [UInt32](repeating: 0, count: Int(count))
            count = unsafe linux_peer_groups(socket, &groups, Int32(groups.count))
        }
        try checked(count, "read the peer's groups")
        self.init(
            userID: credentials.uid, groupID: credentials.gid,
            supplementaryGroupIDs: Array(groups.prefix(Int(count))), processID: credentials.pid)
    }
}
