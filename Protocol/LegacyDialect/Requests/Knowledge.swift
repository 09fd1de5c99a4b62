// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

/// Something about what is declared that the meaning of a request depends on.
public enum Lookup: Sendable, Hashable {
    /// Whether there is a farm of this name, and what it says.
    case farm(Name)
    /// Whether there is an address of this name outside of farms.
    case address(Name)
    /// The farms that have an address of this name.
    case farmsWithAddress(Name)
    /// The farms and addresses that use a policy of this name.
    case usersOfPolicy(Name)
    /// Whether there is a policy of this name.
    case policy(Name)
    /// The marks of the backends of a farm of this name.
    case marks(farm: Name)
}

/// What was looked up, all of one revision.
public struct Knowledge: Sendable {
    /// The revision it is of; nil while nothing was looked up.
    public var revision: UInt64?

    /// What was looked up. Objects that are asked for and not here are not there.
    public var lookups: Set<Lookup> = []

    /// The farms found.
    public private(set) var farms: [Name: Farm] = [:]

    /// The addresses outside of farms that were found.
    public private(set) var addresses: [Name: Address] = [:]

    /// The names of the policies that were found.
    public var policies: Set<Name> = []

    /// The marks that are printed of backends, by farm and backend, where they were asked for.
    public var marks: [Name: [Name: UInt32]] = [:]

    /// The names of the farms that have an address of a name.
    public private(set) var farmsByAddress: [Name: [Name]] = [:]

    /// Nothing.
    public init() {}

    /// What was found: farms, and the addresses outside of farms that they refer to or that were asked for.
    public init(farms: [Farm], addresses: [Address], revision: UInt64? = nil, lookups: Set<Lookup> = []) {
        self.revision = revision
        self.lookups = lookups
        for address in addresses { self.addresses[address.name] = address }
        for var farm in farms {
            farm.resolveAddresses { self.addresses[$0] }
            guard self.farms.updateValue(farm, forKey: farm.name) == nil else { continue }
            for address in farm.addresses { farmsByAddress[address.name, default: []].append(farm.name) }
        }
    }
}
