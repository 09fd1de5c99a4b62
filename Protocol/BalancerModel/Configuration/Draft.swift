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
    private var application: DocumentApplication?

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
        try begin(configuration: configuration, mode: mode, as: role)
        while try !advance(objects: .max) {}
    }

    /// Begins a request that applies a whole document in steps, for documents so large that others should get their turn in
    /// between. Until `advance` says that it is done, what the draft shows is half of it; another request gives it up.
    public mutating func begin(
        configuration: JSONObject, mode: ApplyMode, as role: Role = .administrator
    ) throws(BalancerError) {
        try request { draft throws(Failure) in
            draft.application = try DocumentApplication(configuration, mode, as: role)
        }
    }

    /// Applies the next objects of the document, at most so many; true: all are applied. An error ends the request and leaves
    /// the draft as it was before `begin`.
    public mutating func advance(objects limit: Int) throws(BalancerError) -> Bool {
        guard application != nil else { return true }
        do throws(Failure) {
            // Taken out, so that there is one owner of its sets.
            var application = application.take()
            let isFinished = try application?.advance(&policies, &addresses, &farms, limit: limit) ?? true
            if !isFinished { self.application = application }
            if isFinished { try finish() }
            return isFinished
        } catch {
            undo()
            throw error.error
        }
    }

    private mutating func request(_ body: (inout Draft) throws(Failure) -> Void) throws(BalancerError) {
        if application != nil { undo() }
        farms.begin()
        policies.begin()
        addresses.begin()
        claims.begin()
        requestDelta = ConfigurationDelta()
        do throws(Failure) {
            try body(&self)
            if application == nil { try finish() }
        } catch {
            undo()
            throw error.error
        }
    }

    /// Looks at what only the whole of a request shows, and makes it stay.
    private mutating func finish() throws(Failure) {
        let delta = ConfigurationDelta(
            farms: farms.requestDifferences, policies: policies.requestDifferences,
            addresses: addresses.requestDifferences)
        let counts = try checkedCounts(delta.farms)
        try claims.apply(delta.farms)
        (farmCount, backendCount) = counts
        requestDelta = delta
    }

    private mutating func undo() {
        application = nil
        farms.undo()
        policies.undo()
        addresses.undo()
        claims.undo()
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
        var application = try DocumentApplication(document, mode, as: role)
        while try !application.advance(&policies, &addresses, &farms, limit: .max) {}
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

/// A document on its way into a draft. Farms may refer to the other two kinds, so these come first whatever the order of
/// the document.
private struct DocumentApplication: Sendable {
    private var policies: Listing<Policy>
    private var addresses: Listing<Address>
    private var farms: Listing<Farm>

    init(_ document: JSONObject, _ mode: ApplyMode, as role: Role) throws(Failure) {
        let collections = [Farm.collection, Policy.collection, Address.collection]
        for key in document.keys where !collections.contains(key) {
            throw Failure(.invalid, at: [key], "a configuration has no such list")
        }
        policies = try Listing(document, mode, as: role)
        addresses = try Listing(document, mode, as: role)
        farms = try Listing(document, mode, as: role)
    }

    /// Applies the next objects, at most so many; true: there are no more.
    mutating func advance(
        _ policies: inout DraftTable<Policy>, _ addresses: inout DraftTable<Address>, _ farms: inout DraftTable<Farm>,
        limit: Int
    ) throws(Failure) -> Bool {
        var rest = limit
        rest -= try self.policies.advance(&policies, limit: rest)
        if self.policies.isFinished { rest -= try self.addresses.advance(&addresses, limit: rest) }
        if self.addresses.isFinished { _ = try self.farms.advance(&farms, limit: rest) }
        return self.farms.isFinished
    }
}

extension Failure {
    static func notFound(_ path: ObjectPath) -> Failure {
        Failure(
            .notFound, at: path.components, "there is no object \(path.components.isEmpty ? "/" : path.description)")
    }
}
