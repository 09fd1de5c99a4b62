// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A flow table: packets of connections that were put into it are sent on where they come in, translated, past all chains.
///
/// What Linux does with its devices, seen on 6.1: a name that is nobody's is ENOENT, one that is in already is no error; one
/// that goes is taken out, in silence, and one that comes in its name is not put in again.
public struct FlowTable: Sendable, Hashable {
    /// Unique in its table.
    public var name: String
    /// Its place among the chains and flow tables at ingress; lower comes first.
    public var priority: Int
    /// The interfaces at which it looks.
    public var devices: Set<String>

    /// A flow table.
    public init(_ name: String, priority: Int, devices: Set<String> = []) {
        self.name = name
        self.priority = priority
        self.devices = devices
    }

    /// What stands between the braces of `add flowtable`, without devices. What is sent on is counted in connection tracking,
    /// if that counts at all (nf_conntrack_acct). All of it is said again where devices are added: what is left out there is
    /// switched off (nft 1.0.6 sends the flags of what it reads; seen on 6.1).
    public var declarationText: String { "hook ingress priority \(priority) ; counter ;" }

    /// Its devices.
    var devicesText: String { "devices = { " + devices.sorted().map { "\"\($0)\"" }.joined(separator: ", ") + " } ;" }
}
