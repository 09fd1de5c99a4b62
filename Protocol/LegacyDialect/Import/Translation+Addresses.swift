// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

extension JSONObject {
    /// Lets each address of a native document stand where it would after the same was posted to an empty balancer: in its
    /// farm, or outside of farms when it was made there or when several farms name it. What is said of one in a farm or
    /// in the old attributes of a farm is said of it there.
    ///
    /// Farms and addresses with a name that is none are left as they are: the decoder refuses them.
    mutating func placeAddresses() {
        let request = LegacyRequest(steps: addressSteps)
        // Nothing is there, and that is known.
        let knowledge = Knowledge(farms: [], addresses: [], lookups: request.lookups)
        guard !request.isEmpty, let changes = try? request.changes(knowing: knowledge) else { return }
        var placed = PlacedAddresses()
        for case .set(let document) in changes { placed.take(document) }
        self["addresses"] = placed.addresses(of: self)
        guard let farms = self["farms"]?.array else { return }
        self["farms"] = .array(farms.map { farm in farm.object.map { .object(placed.farm($0)) } ?? farm })
    }

    /// What the document says of addresses and nothing else, in the order of its lists.
    private var addressSteps: [EditStep] {
        var farms = DocumentEdit()
        for farm in objects("farms") {
            guard let name = farm.name, let edit = FarmEdit(addressesOf: farm) else { continue }
            farms.farms.update(name, new: edit) { _ in }
        }
        var addresses = DocumentEdit()
        for address in objects("addresses") {
            guard let name = address.name, let edit = AddressEdit(address) else { continue }
            addresses.addresses.update(name, new: edit) { _ in }
        }
        let isFarmsFirst = position(of: "farms") ?? 0 < position(of: "addresses") ?? 0
        if isFarmsFirst { return [farms, addresses].filter { !$0.isEmpty }.map { .set($0) } }
        addresses.farms = farms.farms
        return addresses.isEmpty ? [] : [.set(addresses)]
    }

    fileprivate var name: Name? { self["name"]?.string.flatMap { try? Name($0) } }

    fileprivate func objects(_ list: String) -> [JSONObject] { self[list]?.array?.compactMap(\.object) ?? [] }

    fileprivate func updated(by later: JSONObject) -> JSONObject {
        var object = self
        for (key, value) in later { object[key] = value }
        return object
    }

    fileprivate func without(_ keys: [String]) -> JSONObject {
        var rest = self
        for key in keys { rest[key] = nil }
        return rest
    }
}

extension FarmEdit {
    /// What a native farm says of its addresses; nil: nothing, or something that is refused.
    fileprivate init?(addressesOf farm: JSONObject) {
        self.init()
        for (key, value) in farm {
            if Self.aliasKeys.contains(key) {
                aliases[key] = value
                aliasesComeLast = !addresses.isEmpty
            }
            guard key == "addresses" else { continue }
            for address in farm.objects(key) {
                guard let name = address.name else { return nil }
                addresses.update(name, new: address.without(["name"])) { _ in }
            }
        }
        if aliases.isEmpty, addresses.isEmpty { return nil }
    }
}

extension AddressEdit {
    /// A native address outside of farms; nil: a policy has a name that is none.
    fileprivate init?(_ address: JSONObject) {
        self.init()
        attributes = address.without(["name", "policies"])
        for policy in address.objects("policies") {
            guard let name = policy.name else { return nil }
            policies.update(name, new: [:]) { _ in }
        }
    }
}

/// Where addresses stand in the end.
private struct PlacedAddresses {
    private var outside = Keyed<Name, JSONObject>()
    private var farms = Keyed<Name, PlacedFarm>()

    /// Notes one step.
    mutating func take(_ document: JSONObject) {
        for address in document.objects("addresses") {
            if let name = address.name { outside.add(address, to: name) }
        }
        for farm in document.objects("farms") {
            guard let name = farm.name else { continue }
            farms.update(name, new: PlacedFarm()) { $0.take(farm, of: name) }
        }
    }

    /// The addresses outside of farms of a document; nil: none.
    func addresses(of document: JSONObject) -> JSONValue? {
        var known: [Name: JSONObject] = [:]
        var listed: [JSONValue] = []
        for address in document.objects("addresses") {
            if let name = address.name, AddressEdit(address) != nil {
                known[name] = address
            } else {
                listed.append(.object(address))
            }
        }
        for (name, said) in outside { listed.append(.object(known[name]?.updated(by: said) ?? said)) }
        return listed.isEmpty && document["addresses"] != [] ? nil : .array(listed)
    }

    /// A farm with its addresses as they stand.
    func farm(_ farm: JSONObject) -> JSONObject {
        guard let name = farm.name, FarmEdit(addressesOf: farm) != nil, let placed = farms[name] else { return farm }
        var native = farm.without(FarmEdit.aliasKeys)
        native["addresses"] = placed.list.isEmpty ? nil : .array(placed.list.values.map { .object($0) })
        return native.updated(by: placed.aliases)
    }
}

/// The addresses of a farm, where they stand in the end.
private struct PlacedFarm {
    /// The old attributes, while the farm has no list: the native dialect takes one or the other.
    private(set) var aliases = JSONObject()
    private(set) var list = Keyed<Name, JSONObject>()

    /// Notes what one step says.
    mutating func take(_ farm: JSONObject, of name: Name) {
        for address in farm.objects("addresses") {
            guard let addressName = address.name else { continue }
            // Old attributes that are as without them make no address.
            let attributes = KindTable.of(.farm).attributes
            if aliases.contains(where: { $0.value != attributes[$0.key]?.defaultValue }) {
                say(aliases, of: Farm.firstAddressName(ofFarm: name))
            }
            aliases = JSONObject()
            list.add(address, to: addressName)
        }
        let said = JSONObject(farm.filter { FarmEdit.aliasKeys.contains($0.key) })
        if said.isEmpty { return }
        if let first = list.keys.first { say(said, of: first) } else { aliases = aliases.updated(by: said) }
    }

    /// Says the old attributes of an address of the list.
    private mutating func say(_ aliases: JSONObject, of address: Name) {
        let said = aliases.map { (key: FarmEdit.key(ofAlias: $0.key), value: $0.value) }
        list.add(JSONObject(said).leading("name", address.text), to: address)
    }
}
