// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// An object that stands beside farms at the top of the configuration and has a row of its own.
enum SharedObject: Equatable {
    /// An address outside of farms.
    case address(Address)
    /// A policy.
    case policy(Policy)
    /// A cluster.
    case cluster(Cluster)

    var kind: ObjectKey.Kind {
        switch self {
        case .address: .address
        case .policy: .policy
        case .cluster: .cluster
        }
    }

    var name: Name {
        switch self {
        case .address(let address): address.name
        case .policy(let policy): policy.name
        case .cluster(let cluster): cluster.name
        }
    }

    /// The object in the native dialect.
    var document: JSONValue {
        switch self {
        case .address(let address): address.document
        case .policy(let policy): policy.document
        case .cluster(let cluster): cluster.document
        }
    }

    /// `/addresses/NAME`, `/policies/NAME`, `/clusters/NAME`.
    var path: ObjectPath {
        switch self {
        case .address(let address): ObjectPath(["addresses", address.name.text])
        case .policy(let policy): ObjectPath(["policies", policy.name.text])
        case .cluster(let cluster): ObjectPath(["clusters", cluster.name.text])
        }
    }
}

/// What becomes of a shared object.
struct SharedDifference: Equatable {
    /// Nil for a new object.
    var before: SharedObject?
    /// Nil for an object that goes.
    var after: SharedObject?
}

extension ConfigurationDelta {
    /// How many shared objects differ.
    var sharedCount: Int { addresses.count + policies.count + clusters.count }

    /// One of them, addresses first, then policies.
    func shared(at index: Int) -> SharedDifference {
        if index < addresses.count {
            let difference = addresses[index]
            return SharedDifference(
                before: difference.before.map(SharedObject.address), after: difference.after.map(SharedObject.address))
        }
        let rest = index - addresses.count
        if rest < policies.count {
            let difference = policies[rest]
            return SharedDifference(
                before: difference.before.map(SharedObject.policy), after: difference.after.map(SharedObject.policy))
        }
        let difference = clusters[rest - policies.count]
        return SharedDifference(
            before: difference.before.map(SharedObject.cluster), after: difference.after.map(SharedObject.cluster))
    }
}

/// The numbers of the shared objects: keys of their rows, and their order. A number belongs to the object, not to its name,
/// and is never used again; the next one is stored with every group that took one.
struct SharedNumbers: Equatable {
    private(set) var next: Int64 = 1
    private var numbers: [ObjectKey.Kind: [Name: Int64]] = [:]

    init(next: Int64 = 1) { self.next = next }

    /// The number of an object.
    subscript(object: SharedObject) -> Int64? { numbers[object.kind]?[object.name] }

    /// A number that no object has or had.
    mutating func take() -> Int64 {
        defer { next += 1 }
        return next
    }

    /// Takes objects out that changed, then puts them in again, so that two may have swapped their names.
    mutating func adopt(_ planned: [PlannedShared]) {
        for object in planned {
            if let before = object.difference.before { numbers[before.kind]?[before.name] = nil }
        }
        for object in planned {
            if let after = object.difference.after { claim(object.number, for: after) }
        }
    }

    /// Notes the number of an object that the store knows.
    mutating func claim(_ number: Int64, for object: SharedObject) {
        numbers[object.kind, default: [:]][object.name] = number
        next = max(next, number + 1)
    }

    /// The next number, for the store.
    var encoded: [UInt8] { Array("\(next)".utf8) }

    /// What a store that has no object yet says.
    init?(encoded: [UInt8]) {
        guard let next = Int64(String(decoding: encoded, as: UTF8.self)), (1..<Int64.max).contains(next)
        else { return nil }
        self.next = next
    }
}

/// A shared object of a group, with its number.
struct PlannedShared: Equatable {
    var difference: SharedDifference
    var number: Int64
}
