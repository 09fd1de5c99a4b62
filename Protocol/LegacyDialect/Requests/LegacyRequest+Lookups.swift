// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

extension LegacyRequest {
    /// What must be known before it can be said what this asks for. Most requests need nothing.
    public var lookups: Set<Lookup> {
        var lookups: Set<Lookup> = []
        var names = FormerNames()
        for step in steps {
            if case .renameFarm(let farm, let newName) = step {
                lookups.insert(.farm(names.former(farm)))
                for address in FirstAddress.names(ofFarm: newName) { lookups.insert(address: address) }
            }
            names.note(step)
            guard case .set(let document) = step else { continue }
            for (farm, edit) in document.farms {
                let former = names.former(farm)
                if edit.dependsOnFarm { lookups.insert(.farm(former)) }
                if edit.givesMarks { lookups.formUnion([.farm(former), .marks(farm: former)]) }
                if !edit.aliases.isEmpty { lookups.insert(address: Farm.firstAddressName(ofFarm: farm)) }
            }
            for address in document.farms.values.flatMap(\.addresses.keys) + document.addresses.keys {
                lookups.insert(address: address)
            }
        }
        return lookups
    }

    /// What must be known when the changes were refused for what they were taken to be without knowing: changes of backends
    /// that are there and complete, and of addresses that belong to their farm. Nearly always they are, and the usual
    /// request (a backend goes down) needs one round trip.
    public var lookupsAfterRefusal: Set<Lookup> {
        var lookups = lookups
        var names = FormerNames()
        for step in steps {
            names.note(step)
            guard case .set(let document) = step else { continue }
            for (farm, edit) in document.farms where !edit.backends.isEmpty || !edit.aliases.isEmpty {
                lookups.insert(.farm(names.former(farm)))
            }
        }
        return lookups
    }
}

extension Set<Lookup> {
    /// Where an address stands.
    fileprivate mutating func insert(address: Name) {
        insert(.address(address))
        insert(.farmsWithAddress(address))
    }
}

extension FarmEdit {
    /// Whether a backend is given a mark, which may be the one that was drawn for it.
    fileprivate var givesMarks: Bool { backends.contains { $1["mark"] != nil } }

    /// Whether what it means depends on what the farm is.
    fileprivate var dependsOnFarm: Bool {
        if !addresses.isEmpty || !sessions.isEmpty || attributes["persistence"] != nil { return true }
        if attributes["sched-param"] == FarmEdit.impliedParameters { return true }
        // They may mean an address that stands elsewhere.
        if !aliases.isEmpty { return true }
        // Without an address it can only be one that is there, or the answer says that it has none.
        return backends.values.contains { $0["state"] == nil && $0["ip-addr"] != nil }
    }
}

/// The names that the C program gives to a farm's first address when it makes or renames one.
enum FirstAddress {
    /// `<farm>-addr`, and when that is taken `<farm>-addr-0` and so on.
    static func names(ofFarm farm: Name) -> [Name] {
        let first = Farm.firstAddressName(ofFarm: farm)
        return [first] + (0..<3).compactMap { try? Name("\(first.text)-\($0)") }
    }
}

/// What farms were called before a request renamed them.
struct FormerNames {
    private var names: [Name: Name] = [:]

    mutating func note(_ step: EditStep) {
        guard case .renameFarm(let farm, let newName) = step else { return }
        names[newName] = former(farm)
    }

    func former(_ farm: Name) -> Name { names[farm] ?? farm }
}

extension LegacyRequest {
    /// Whether objects get other names: done twice, that fails.
    public var hasRenames: Bool { documents.count != steps.count }

    /// What is there of the objects that it names.
    public var lookupsOfNames: Set<Lookup> {
        lookupsAfterRefusal.union(documents.flatMap { $0.farms.keys.map { .farm($0) } })
    }

    /// Whether it makes objects that are not there, with ``lookupsOfNames`` known.
    public func makesObjects(knowing knowledge: Knowledge) -> Bool {
        documents.contains { document in
            !document.policies.isEmpty || !document.addresses.isEmpty
                || document.farms.contains { name, edit in
                    guard let farm = knowledge.farms[name] else { return true }
                    return edit.backends.keys.contains { backend in !farm.backends.contains { $0.name == backend } }
                }
        }
    }
}
