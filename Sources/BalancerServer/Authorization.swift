// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

/// Who may do what: from user and groups to a role.
///
/// By the credentials that the kernel noted at connect and by the socket used; never by process id, which another
/// process may carry a moment later.
public struct Authorization: Sendable, Equatable {
    /// Roles of single users.
    public var users: [UInt32: Role]
    /// Roles of groups, primary and supplementary.
    public var groups: [UInt32: Role]

    /// The default table: root, the daemon's own user and the daemon's own group are administrators.
    public init(daemonUser: UInt32, daemonGroup: UInt32) {
        users = [0: .administrator]
        users[daemonUser] = .administrator
        groups = [daemonGroup: .administrator]
    }

    /// The role of a peer on a socket: the highest that user or groups give. Everybody else is a reader, and so is
    /// everybody on the read-only socket.
    public func role(of peer: Peer, on socket: SocketRole) -> Role {
        guard socket == .full else { return .reader }
        var role = users[peer.user] ?? .reader
        for group in [peer.group] + peer.groups {
            role = max(role, groups[group] ?? .reader)
        }
        return role
    }
}
