// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import JSON

/// Work in progress on top of a committed configuration: only what is touched is copied, so a request costs what it
/// touches. Requests are applied one after the other, each wholly or not at all.
///
/// A draft holds its base. Let go of it before merging its `delta` into that very configuration, else merging copies
/// all tables.
public struct Draft: Sendable {
    private var farms: DraftTable<Farm>
    private var policies: DraftTable<Policy>
    private var addresses: DraftTable<Address>
    private var claims: DraftClaims
    private var farmCount: Int
    private var backendCount: Int
    private var requestDelta = ConfigurationDelta()

    /// A draft that says the same as a configuration.
    public init(on base: Configuration) {
        farms = DraftTable(on: base.farms)
        policies = DraftTable(on: base.policies)
        addresses = DraftTable(on: base.addresses)
        claims = DraftClaims(on: base.claims)
        farmCount = base.farms.count
        backendCount = base.backendCount
    }

    /// The farm of a name as it is now.
    public func farm(_ name: Name) -> Farm? { farms[name] }

    /// The policy of a name as it is now.
    public func policy(_ name: Name) -> Policy? { policies[name] }

    /// The address of a name as it is now.
    public func address(_ name: Name) -> Address? { addresses[name] }

    /// What all requests together changed in the configuration that the draft began with. What differs no more is not in it.
    public var delta: ConfigurationDelta {
        ConfigurationDelta(
            farms: farms.differences, policies: policies.differences, addresses: addresses.differences)
    }

    /// What the last request alone changed. The second call answers that nothing did.
    public mutating func takeRequestDelta() -> ConfigurationDelta {
        defer { requestDelta = ConfigurationDelta() }
        return requestDelta
    }

    /// Applies the changes of a request in order. An error leaves the draft as it was. Two farms may swap an address: what
    /// farms claim is compared once, after all changes.
    ///
    /// `role` is that of the client. It is asked here only where the need depends on the configuration: creating a farm
    /// needs an administrator, even where the attributes named do not.
    public mutating func apply(_ changes: [Change], as role: Role = .administrator) throws(BalancerError) {
        try request { draft throws(Failure) in
            for change in changes {
                switch change {
                case .set(let document): try draft.apply(document, .merge, as: role)
                case .delete(let path): try draft.delete(path)
                case .rename(let path, let name): try draft.rename(path, to: name)
                }
            }
        }
    }

    /// Applies a whole document, as a request of its own.
    public mutating func apply(
        configuration: JSONObject, mode: ApplyMode, as role: Role = .administrator
    ) throws(BalancerError) {
        try request { draft throws(Failure) in try draft.apply(configuration, mode, as: role) }
    }

    private mutating func request(_ body: (inout Draft) throws(Failure) -> Void) throws(BalancerError) {
        farms.begin()
        policies.begin()
        addresses.begin()
        claims.begin()
        do throws(Failure) {
            try body(&self)
            let delta = ConfigurationDelta(
                farms: farms.requestDifferences, policies: policies.requestDifferences,
                addresses: addresses.requestDifferences)
            let counts = try checkedCounts(delta.farms)
            try claims.apply(delta.farms)
            (farmCount, backendCount) = counts
            requestDelta = delta
        } catch {
            farms.undo()
            policies.undo()
            addresses.undo()
            claims.undo()
            requestDelta = ConfigurationDelta()
            throw error.error
        }
    }

    private func checkedCounts(_ differences: [ObjectDifference<Farm>]) throws(Failure) -> (Int, Int) {
        var (farms, backends) = (farmCount, backendCount)
        for difference in differences {
            farms += (difference.after == nil ? 0 : 1) - (difference.before == nil ? 0 : 1)
            backends += (difference.after?.backends.count ?? 0) - (difference.before?.backends.count ?? 0)
        }
        if farms > farmCount, farms > Configuration.maximumFarms {
            throw Failure(.limit, at: [Farm.collection], "there is room for \(Configuration.maximumFarms) farms")
        }
        if backends > backendCount, backends > Configuration.maximumBackends {
            throw Failure(.limit, at: [Farm.collection], "there is room for \(Configuration.maximumBackends) backends")
        }
        return (farms, backends)
    }
}

// MARK: Documents

extension Draft {
    private mutating func apply(_ document: JSONObject, _ mode: ApplyMode, as role: Role) throws(Failure) {
        let collections = [Farm.collection, Policy.collection, Address.collection]
        for key in document.keys where !collections.contains(key) {
            throw Failure(.invalid, at: [key], "a configuration has no such list")
        }
        // Farms may refer to the other two, so these come first whatever the order of the document.
        try policies.apply(document[Policy.collection], mode, as: role)
        try addresses.apply(document[Address.collection], mode, as: role)
        try farms.apply(document[Farm.collection], mode, as: role)
    }

    private mutating func delete(_ path: ObjectPath) throws(Failure) {
        switch path.components.first {
        case Farm.collection: try farms.delete(path)
        case Policy.collection: try policies.delete(path)
        case Address.collection: try addresses.delete(path)
        default: throw Failure.notFound(path)
        }
    }

    private mutating func rename(_ path: ObjectPath, to name: Name) throws(Failure) {
        switch path.components.first {
        case Farm.collection: try farms.rename(path, to: name)
        case Policy.collection: try policies.rename(path, to: name)
        case Address.collection: try addresses.rename(path, to: name)
        default: throw Failure.notFound(path)
        }
    }
}

extension Failure {
    static func notFound(_ path: ObjectPath) -> Failure {
        Failure(
            .notFound, at: path.components, "there is no object \(path.components.isEmpty ? "/" : path.description)")
    }
}
