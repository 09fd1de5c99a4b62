// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import JSON

/// Work in progress on top of a committed configuration: only what is touched is copied, so a request costs what it
/// touches. Requests are applied one after the other, each wholly or not at all.
///
/// A draft holds its base. Let go of it before merging its `delta` into that very configuration, else merging copies
/// all tables.
public struct Draft: Sendable {
    var farms: DraftTable<Farm>
    var policies: DraftTable<Policy>
    var addresses: DraftTable<Address>
    var clusters: DraftTable<Cluster>
    var claims: DraftClaims
    var marks: DraftMarks
    var references: DraftReferences
    var guards: DraftClaims
    var farmCount: Int
    var backendCount: Int
    var policyCount: Int
    var elementCount: Int
    /// The time of the requests, in seconds since 1970: what elements' times are counted from.
    public var now: Int64 = 0
    var requestDelta = ConfigurationDelta()
    /// Addresses that the request under way deletes by their paths.
    var deletedAddresses: [Name] = []
    private var application: Application?
    /// Whether a request that goes back is under way.
    var isRestoring = false

    /// What a request that is applied in steps still asks for.
    private enum Application {
        case document(DocumentApplication)
        case changes(ChangesApplication)
    }

    /// A draft that says the same as a configuration.
    public init(on base: Configuration) {
        farms = DraftTable(on: base.farms)
        policies = DraftTable(on: base.policies)
        addresses = DraftTable(on: base.addresses)
        clusters = DraftTable(on: base.clusters)
        claims = DraftClaims(on: base.claims)
        marks = DraftMarks(on: base.marks)
        references = DraftReferences(on: base.references)
        guards = DraftClaims(on: base.guards)
        policyCount = base.policies.count
        elementCount = base.elementCount
        farmCount = base.farms.count
        backendCount = base.backendCount
    }

    /// The farm of a name as it is now.
    public func farm(_ name: Name) -> Farm? { farms[name] }

    /// The policy of a name as it is now.
    public func policy(_ name: Name) -> Policy? { policies[name] }

    /// The address of a name as it is now.
    public func address(_ name: Name) -> Address? { addresses[name] }

    /// The cluster of a name as it is now.
    public func cluster(_ name: Name) -> Cluster? { clusters[name] }

    /// What all requests together changed in the configuration that the draft began with. What differs no more is not in it.
    public var delta: ConfigurationDelta {
        ConfigurationDelta(
            farms: farms.differences, policies: policies.differences, addresses: addresses.differences,
            clusters: clusters.differences)
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
        try begin(changes, as: role)
        while try !advance(objects: .max) {}
    }

    /// Begins a request that applies changes in steps, as `begin(configuration:mode:as:)` does.
    public mutating func begin(_ changes: [Change], as role: Role = .administrator) throws(BalancerError) {
        try request { draft throws(Failure) in
            draft.application = .changes(ChangesApplication(changes, as: role))
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
            draft.application = .document(try DocumentApplication(configuration, mode, as: role))
        }
    }

    /// Applies the next objects, at most so many; true: all are applied. An error ends the request and leaves the draft as it
    /// was before `begin`.
    public mutating func advance(objects limit: Int) throws(BalancerError) -> Bool {
        guard application != nil else { return true }
        do throws(Failure) {
            var rest = limit
            // Taken out, so that there is one owner of its sets.
            switch application.take() {
            case .document(var document)?:
                if try !document.advance(&self, &rest) { application = .document(document) }
            case .changes(var changes)?:
                if try !changes.advance(&self, &rest) { application = .changes(changes) }
            case nil: break
            }
            if application == nil { try finish() }
            return application == nil
        } catch {
            undo()
            throw error.error
        }
    }

    mutating func request(_ body: (inout Draft) throws(Failure) -> Void) throws(BalancerError) {
        if application != nil || isRestoring { undo() }
        farms.begin()
        policies.begin()
        addresses.begin()
        clusters.begin()
        claims.begin()
        marks.begin()
        references.begin()
        guards.begin()
        deletedAddresses = []
        requestDelta = ConfigurationDelta()
        do throws(Failure) {
            try body(&self)
            if application == nil, !isRestoring { try finish() }
        } catch {
            undo()
            throw error.error
        }
    }

    mutating func undo() {
        application = nil
        isRestoring = false
        farms.undo()
        policies.undo()
        addresses.undo()
        clusters.undo()
        claims.undo()
        marks.undo()
        references.undo()
        guards.undo()
    }
}

// MARK: Documents

extension Draft {
    mutating func delete(_ path: ObjectPath) throws(Failure) {
        switch path.components.first {
        case Farm.collection: try farms.delete(path)
        case Policy.collection: try policies.delete(path)
        case Address.collection:
            switch path.components.count {
            case 1: deletedAddresses += addresses.names
            case 2: if let name = try? Name(path.components[1]) { deletedAddresses.append(name) }
            default: break
            }
            try addresses.delete(path)
        case Cluster.collection: try clusters.delete(path)
        default: throw Failure.notFound(path)
        }
    }

    mutating func rename(_ path: ObjectPath, to name: Name) throws(Failure) {
        switch path.components.first {
        case Farm.collection: try farms.rename(path, to: name)
        case Policy.collection:
            try policies.rename(path, to: name)
            if let old = try? Name(path.components[1]), old != name { renamePolicy(old, to: name) }
        case Address.collection:
            try addresses.rename(path, to: name)
            if path.components.count == 2 { try renameReferences(path, to: name) }
        case Cluster.collection: try clusters.rename(path, to: name)
        default: throw Failure.notFound(path)
        }
    }

    /// The farms that refer to an address follow its new name.
    private mutating func renameReferences(_ path: ObjectPath, to newName: Name) throws(Failure) {
        guard let name = try? Name(path.components[1]), name != newName else { return }
        let touched = farms.touched.filter { $0.referredAddresses.contains(name) }.map(\.name)
        for user in Set(references.farms(of: name) + touched).sorted() {
            guard var farm = farms[user] else { continue }
            guard farm.renameReference(name, to: newName) else {
                throw Failure(
                    .conflict, at: path.components,
                    "the farm \"\(user)\", which has the address, has another one of the name \"\(newName)\"")
            }
            farms.set(farm, for: user)
        }
    }
}
