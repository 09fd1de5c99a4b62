// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What operators declared: the objects, and which farm claims which address. A value; it changes only by merging a
/// difference, at the cost of what differs.
public struct Configuration: Sendable {
    /// Most farms: a farm's number has 16 bits and 0 stands for none (`ruleset.md` 1).
    public static let maximumFarms = 65_535

    /// Most backends: a backend's number is bits 26 to 0 of the connection mark. A part is kept back for numbers that
    /// connections still hold when their backends are gone.
    public static let maximumBackends = (1 << 27) - (1 << 24)

    /// The farms in order of creation.
    public private(set) var farms = OrderedTable<Farm>()

    /// The policies in order of creation.
    public private(set) var policies = OrderedTable<Policy>()

    /// The addresses outside of farms in order of creation.
    public private(set) var addresses = OrderedTable<Address>()

    /// The clusters in order of creation.
    public private(set) var clusters = OrderedTable<Cluster>()

    /// How many backends all farms have together.
    public private(set) var backendCount = 0

    /// How many elements all policies have together.
    public private(set) var elementCount = 0

    /// Which address outside of farms guards what.
    private(set) var guards = ServiceClaims()

    /// Which farm that is up takes what.
    private(set) var claims = ServiceClaims()

    /// Which backend has which mark given by the user.
    private(set) var marks: [UInt32: BackendPlace] = [:]

    /// Which farms refer to which address outside of farms, whether there is one or not.
    private(set) var references: [Name: Set<Name>] = [:]

    /// The cluster that the balancer is in.
    public var cluster: Cluster? { clusters.first { _ in true } }

    /// Nothing at all.
    public init() {}

    /// Makes this configuration the one that the difference was taken to. Costs what differs, if nobody else holds a
    /// copy of this value: let go of a `Draft` first.
    public mutating func merge(_ delta: ConfigurationDelta) {
        for difference in delta.farms {
            guard let before = difference.before else { continue }
            if difference.changesClaims {
                for entry in before.claims { claims.release(entry) }
                for address in before.referredAddresses { removeReference(to: address, of: before.name) }
            }
            backendCount -= before.backends.count
        }
        for difference in delta.addresses where difference.changesClaims {
            for entry in difference.before?.claims ?? [] { guards.release(entry) }
        }
        for difference in delta.policies {
            elementCount += (difference.after?.elements.count ?? 0) - (difference.before?.elements.count ?? 0)
        }
        mergeMarks(delta.farms)
        Configuration.merge(delta.farms, into: &farms)
        Configuration.merge(delta.policies, into: &policies)
        Configuration.merge(delta.addresses, into: &addresses)
        Configuration.merge(delta.clusters, into: &clusters)
        for difference in delta.addresses where difference.changesClaims {
            for entry in difference.after?.claims ?? [] { _ = guards.take(entry, for: difference.name) }
        }
        for difference in delta.farms {
            guard let after = difference.after else { continue }
            // Nobody else has them: that was seen when the difference was made.
            if difference.changesClaims {
                for entry in after.claims { _ = claims.take(entry, for: after.name) }
                for address in after.referredAddresses { references[address, default: []].insert(after.name) }
            }
            backendCount += after.backends.count
        }
    }

    private mutating func removeReference(to address: Name, of farm: Name) {
        references[address]?.remove(farm)
        if references[address]?.isEmpty ?? false { references[address] = nil }
    }

    private mutating func mergeMarks(_ differences: [ObjectDifference<Farm>]) {
        let claims = differences.map(\.markClaims)
        for claim in claims.lazy.flatMap(\.released) { marks[claim.value] = nil }
        for claim in claims.lazy.flatMap(\.taken) { marks[claim.value] = claim.place }
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
            addresses: Configuration.difference(addresses, other.addresses),
            clusters: Configuration.difference(clusters, other.clusters))
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
            && left.clusters.hasSameValues(as: right.clusters)
    }
}
