// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import JSON

/// What a configuration declares, found by name.
struct Declared {
    let revision: UInt64
    let farms: [DeclaredObject]
    /// Those outside of farms.
    let addresses: [DeclaredObject]
    let policies: [DeclaredObject]
    let clusters: [DeclaredObject]
    private let sharedAddresses: [String: JSONObject]

    init(_ daemon: Daemon) throws(Failure) {
        let result = try daemon.configuration()
        revision = result.revision
        farms = result.configuration.members("farms").map { DeclaredObject(.farm, $0) }
        addresses = result.configuration.members("addresses").map { DeclaredObject(.address, $0) }
        policies = result.configuration.members("policies").map { DeclaredObject(.policy, $0) }
        clusters = result.configuration.members("clusters").map { DeclaredObject(.cluster, $0) }
        sharedAddresses = Dictionary(addresses.map { ($0.name, $0.json) }) { first, _ in first }
    }

    /// A member of a farm with what it takes from the address outside of farms that it names.
    func whole(_ member: DeclaredObject) -> DeclaredObject {
        guard member.kind == .farmAddress, member.json.count == 1, let shared = sharedAddresses[member.name] else {
            return member
        }
        let keys = Set(ObjectKind.farmAddress.attributes.map(\.key))
        return DeclaredObject(.farmAddress, JSONObject(shared.filter { keys.contains($0.key) }))
    }

    /// The farm of a name, or the failure that there is none.
    func farm(_ name: String) throws(Failure) -> DeclaredObject {
        guard let farm = farms.first(where: { $0.name == name }) else {
            throw Failure(.notFound, "there is no farm '\(name)'")
        }
        return farm
    }

    /// The farms named, or all.
    func farms(_ name: String?) throws(Failure) -> [DeclaredObject] {
        guard let name else { return farms }
        return [try farm(name)]
    }
}

/// A kind of object inside farms: what its noun needs to know.
struct MemberKind {
    let kind: ObjectKind
    /// The key of the list in the farm.
    let list: String
    /// The noun of the command line.
    let noun: String

    static let backend = MemberKind(kind: .backend, list: "backends", noun: "backend")
    static let address = MemberKind(kind: .farmAddress, list: "addresses", noun: "address")

    /// The member of a name, or the failure that there is none.
    func member(_ name: String, of farm: DeclaredObject) throws(Failure) -> DeclaredObject {
        guard let member = farm.members(list, kind).first(where: { $0.name == name }) else {
            throw Failure(.notFound, "the farm '\(farm.name)' has no \(noun) '\(name)'")
        }
        return member
    }

    /// Where a member is in the configuration.
    func path(_ name: String, farm: String) -> ObjectPath { ObjectPath(["farms", farm, list, name]) }
}
