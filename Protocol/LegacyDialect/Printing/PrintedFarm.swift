// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

/// A farm with what the C program prints of it beside what was declared.
public struct PrintedFarm: Sendable {
    /// The farm.
    public var farm: Farm

    /// How many farms have each of its addresses; one that is not here has only this farm.
    public var addressUsers: [Name: Int] = [:]

    /// The marks of its backends, where they are known.
    public var marks: [Name: UInt32] = [:]

    /// A farm whose addresses are its own.
    public init(_ farm: Farm) {
        self.farm = farm
    }
}

/// A learnt session.
public struct PrintedSession: Sendable, Hashable {
    /// The client in the form of the persistence: fields joined with ` . `.
    public var client: String
    /// The backend; nil when it is none of the farm's.
    public var backend: String?
    /// What is left of its time.
    public var milliseconds: UInt64

    /// A session.
    public init(client: String, backend: String?, milliseconds: UInt64) {
        self.client = client
        self.backend = backend
        self.milliseconds = milliseconds
    }

    /// What is left of its time as nft writes times: `1h25m31s364ms`.
    var expiration: String {
        var rest = milliseconds
        var text = ""
        for (unit, length) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)] {
            let (count, left) = rest.quotientAndRemainder(dividingBy: UInt64(length))
            if count > 0 { text += "\(count)\(unit)" }
            rest = left
        }
        return text.isEmpty ? "0s" : text
    }
}

/// A policy with what the C program prints of it beside what was declared.
public struct PrintedPolicy: Sendable {
    /// The policy.
    public var policy: Policy
    /// How many farms and addresses use it.
    public var users = 0
    /// Packets and bytes that each element took, where they are known.
    public var counters: [AddressRange: (packets: UInt64, bytes: UInt64)] = [:]

    /// A policy that nobody uses.
    public init(_ policy: Policy) {
        self.policy = policy
    }
}

/// An address with what the C program prints of it beside what was declared.
public struct PrintedAddress: Sendable {
    /// The address.
    public var address: Address
    /// How many farms have it.
    public var users = 0

    /// An address that no farm has.
    public init(_ address: Address) {
        self.address = address
    }

    /// An address that belongs to a farm.
    public init(_ address: FarmAddress) {
        self.address = Address(name: address.name)
        self.address.family = address.family
        self.address.address = address.address
        self.address.ports = address.ports
        self.address.transport = address.transport
        users = 1
    }
}
