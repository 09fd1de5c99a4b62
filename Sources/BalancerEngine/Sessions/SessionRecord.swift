// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

/// A client that is known again, for those who ask.
public struct SessionRecord: Sendable, Hashable {
    /// The client as it is written in a configuration; nil where the kernel has only hashes of it.
    public var client: String?
    /// The backend; nil: one that the farm does not have any more, or that is down: the next connection is scheduled anew.
    public var backend: Name?
    /// Milliseconds until it is forgotten unless a packet comes; nil for a static session, which stays.
    public var remaining: UInt64?
}
