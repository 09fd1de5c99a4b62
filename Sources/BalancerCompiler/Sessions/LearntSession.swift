// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
import Nftables

/// A session as it stands in the kernel.
public struct LearntSession: Sendable, Hashable {
    /// The farm's number.
    public var farm: UInt16
    /// The backend's mark.
    public var mark: UInt32
    /// The client, in the order of the fields; nil where the kernel has only its hashes: the readable copy was not written,
    /// because its set is full, or has just ended.
    public var client: [SessionKey.Value]?
    /// Milliseconds until it is forgotten unless a packet comes.
    public var remaining: UInt64

    /// The client as it is written in a configuration.
    public var text: String? {
        client.map { $0.map(\.text).joined(separator: " . ") }
    }

    /// The elements that are this session, in the order of the sets of ``SessionReading``.
    var keys: [[UInt8]?]
}

extension SessionKey.Value {
    /// As it is written in a configuration.
    public var text: String {
        switch self {
        case .address(let address): address.description
        case .port(let port): port.description
        case .hardwareAddress(let address): address.description
        }
    }
}
