// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What operators declared: the objects, and which farm claims which address. A value; it changes only by merging a
/// difference, at the cost of what differs.
public struct Configuration: Sendable {
    /// Most farms: a farm's number has 16 bits and 0 stands for none (`ruleset.md` 1).
    public static let maximumFarms = 65_535

    /// Most backends: a backend's number is bits 28 to 0 of the connection mark. A part is kept back for numbers that
    /// connections still hold when their backends are gone.
    public static let maximumBackends = (1 << 29) - (1 << 24)

    /// The farms in order of creation.
    public private(set) var farms = OrderedTable<Farm>()

    /// The policies in order of creation.
    public private(set) var policies = OrderedTable<Policy>()

    /// The addresses outside of farms in order of creation.
    public private(set) var addresses = OrderedTable<Address>()

    /// How many backends all farms have together.
    public private(set) var backendCount = 0

    /// Which farm that is up takes what.
    private(set) var claims: [Claim: Name] = [:]

    /// Nothing at all.
    public init() {}

    /// Makes this configuration the one that the difference was taken to. Costs what differs, if nobody else holds a
    /// copy of this value: let go of a `Draft` first.
    public mutating func merge(_ delta: ConfigurationDelta) {
        for difference in delta.farms {
            guard let before = difference.before else { continue }
            for claim in before.claims { claims[claim] = nil }
            backendCount -= before.backends.count
        }
        Configuration.merge(delta.farms, into: &farms)
        Configuration.merge(delta.policies, into: &policies)
        Configuration.merge(delta.addresses, into: &addresses)
        for difference in delta.farms {
            guard let after = difference.after else { continue }
            for claim in after.claims { claims[claim] = after.name }
            backendCount += after.backends.count
        }
    }

    private static func merge<Value>(
        _ differences: [ObjectDifference<Value>], into table: inout OrderedTable<Value>
    ) {
        for difference in differences where difference.after == nil { table.remove(difference.name) }
        table.rename(
            differences.compactMap { difference in difference.renamedFrom.map { (from: $0, to: difference.name) } })
        for difference in differences {
            if let after = difference.after { table.set(after, for: difference.name) }
        }
    }

    /// What leads from this configuration to another. It knows no renames: an object of another name is another object.
    public func difference(to other: Configuration) -> ConfigurationDelta {
        ConfigurationDelta(
            farms: Configuration.difference(farms, other.farms),
            policies: Configuration.difference(policies, other.policies),
            addresses: Configuration.difference(addresses, other.addresses))
    }

    private static func difference<Value: NamedObject>(
        _ old: OrderedTable<Value>, _ new: OrderedTable<Value>
    ) -> [ObjectDifference<Value>] {
        var differences: [ObjectDifference<Value>] = []
        for before in old where !new.contains(before.name) {
            differences.append(ObjectDifference(name: before.name, before: before, after: nil))
        }
        for after in new {
            let before = old[after.name]
            if before != after { differences.append(ObjectDifference(name: after.name, before: before, after: after)) }
        }
        return differences
    }
}

extension Configuration: Equatable {
    /// Whether both hold equal objects. In which order they were created says nothing about what they do.
    public static func == (left: Configuration, right: Configuration) -> Bool {
        left.farms.hasSameValues(as: right.farms) && left.policies.hasSameValues(as: right.policies)
            && left.addresses.hasSameValues(as: right.addresses)
    }
}
