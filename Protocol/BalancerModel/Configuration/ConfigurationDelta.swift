// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What differs between two states of an object: created (no `before`), deleted (no `after`), or changed.
public struct ObjectDifference<Value: Sendable & Hashable>: Sendable, Hashable {
    /// Its name afterwards; of a deleted object its last.
    public var name: Name

    /// How it was.
    public var before: Value?

    /// How it is.
    public var after: Value?

    /// Its name before, if it has another one now. It is the same object: what is known of it stays.
    public var renamedFrom: Name?

    /// The backends of a farm that have another name now: new name → name before.
    public var renamedBackends: [Name: Name]

    /// A difference of one object.
    public init(
        name: Name, before: Value?, after: Value?, renamedFrom: Name? = nil, renamedBackends: [Name: Name] = [:]
    ) {
        self.name = name
        self.before = before
        self.after = after
        self.renamedFrom = renamedFrom
        self.renamedBackends = renamedBackends
    }

    /// The way back.
    public var inverse: ObjectDifference {
        ObjectDifference(
            name: renamedFrom ?? name, before: after, after: before,
            renamedFrom: renamedFrom == nil ? nil : name,
            renamedBackends: Dictionary(renamedBackends.map { ($1, $0) }, uniquingKeysWith: { first, _ in first }))
    }
}

extension ObjectDifference<Farm> {
    /// For each backend of `after` its index in `before`, nil for a new one. Renames go first: a new backend that took
    /// the old name of a renamed one is new.
    public var originsOfBackends: [Int?] {
        guard let after else { return [] }
        guard let before, !before.backends.isEmpty else { return after.backends.map { _ in nil } }
        if renamedBackends.isEmpty, before.backends.count == after.backends.count,
            zip(before.backends, after.backends).allSatisfy({ $0.name == $1.name })
        {
            return Array(after.backends.indices)
        }
        let indices = Dictionary(
            before.backends.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        let taken = Set(renamedBackends.values)
        return after.backends.map { backend in
            if let old = renamedBackends[backend.name] { return indices[old] }
            return taken.contains(backend.name) ? nil : indices[backend.name]
        }
    }
}

/// What differs between two configurations, object by object.
public struct ConfigurationDelta: Sendable, Hashable {
    /// Farms created, deleted and changed.
    public var farms: [ObjectDifference<Farm>]

    /// Policies created, deleted and changed.
    public var policies: [ObjectDifference<Policy>]

    /// Addresses created, deleted and changed.
    public var addresses: [ObjectDifference<Address>]

    /// Clusters created, deleted and changed.
    public var clusters: [ObjectDifference<Cluster>]

    /// A difference of these objects; none by default.
    public init(
        farms: [ObjectDifference<Farm>] = [], policies: [ObjectDifference<Policy>] = [],
        addresses: [ObjectDifference<Address>] = [], clusters: [ObjectDifference<Cluster>] = []
    ) {
        self.farms = farms
        self.policies = policies
        self.addresses = addresses
        self.clusters = clusters
    }

    /// Whether nothing differs.
    public var isEmpty: Bool { farms.isEmpty && policies.isEmpty && addresses.isEmpty && clusters.isEmpty }

    /// The way back: merged after this one, all is as it was.
    public var inverse: ConfigurationDelta {
        ConfigurationDelta(
            farms: farms.map(\.inverse), policies: policies.map(\.inverse), addresses: addresses.map(\.inverse),
            clusters: clusters.map(\.inverse))
    }
}
