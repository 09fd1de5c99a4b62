// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A static session: a client that always gets the same backend.
public struct Session: Sendable, Hashable {
    /// The client, unique in its farm.
    public var client: SessionClient

    /// The name of a backend of the farm.
    public var backend: Name?

    /// A session without backend yet.
    public init(client: SessionClient) {
        self.client = client
    }
}
