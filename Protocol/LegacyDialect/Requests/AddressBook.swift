// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// Where addresses stand. In the C program every address is an object of its own, and farms refer to it by name. Here most
/// belong to their farm; one stands outside of farms when it was made there, or from when a second farm takes it.
struct AddressBook {
    private var outside: Set<Name>
    private var owned: [Name: (farm: Name, address: FarmAddress)] = [:]
    /// New names that more than one farm of the request has.
    private var sharedFromTheStart: Set<Name> = []
    /// The farms whose addresses the request has moved outside.
    private var formerOwners: [Name: Name] = [:]

    init(_ documents: [DocumentEdit], _ knowledge: Knowledge) {
        outside = Set(knowledge.addresses.keys)
        for (name, farms) in knowledge.farmsByAddress where !outside.contains(name) {
            guard let farm = farms.first,
                let address = knowledge.farms[farm]?.addresses.first(where: { $0.name == name })
            else { continue }
            owned[name] = (farm, address)
        }
        var firstFarms: [Name: Name] = [:]
        for (farm, edit) in documents.lazy.flatMap(\.farms) {
            for address in edit.addresses.keys {
                let first = firstFarms[address] ?? farm
                firstFarms[address] = first
                if first != farm { sharedFromTheStart.insert(address) }
            }
        }
    }

    /// The farm that an address belongs to; nil: it stands outside, or there is none.
    func owner(of name: Name) -> Name? { owned[name]?.farm }

    /// Whether there is such an address that is not the farm's own.
    func isElsewhere(_ name: Name, than farm: Name) -> Bool {
        outside.contains(name) || owned[name].map { $0.farm != farm } ?? false
    }

    /// A farm has another name.
    mutating func noteRename(ofFarm farm: Name, to newName: Name) {
        for (name, own) in owned where own.farm == farm { owned[name]?.farm = newName }
        for (name, owner) in formerOwners where owner == farm { formerOwners[name] = newName }
    }

    /// An address has another name.
    mutating func noteRename(ofAddress address: Name, to newName: Name) {
        if outside.remove(address) != nil { outside.insert(newName) }
        if let owner = formerOwners.removeValue(forKey: address) { formerOwners[newName] = owner }
        guard var own = owned.removeValue(forKey: address) else { return }
        own.address.name = newName
        owned[newName] = own
    }

    /// An address is made or changed outside of farms.
    mutating func noteOutside(_ name: Name) {
        outside.insert(name)
    }

    /// Lets an address that belongs to a farm stand outside, with all that it is; the farm then refers to it.
    mutating func moveOutside(_ name: Name) -> [Change] {
        guard let (farm, address) = owned.removeValue(forKey: name) else { return [] }
        outside.insert(name)
        formerOwners[name] = farm
        let nothing: JSONObject = [
            "name": .string(name.text), "family": "ipv4", "ip-addr": "", "ports": [], "protocol": "tcp", "iface": "",
            "iether-addr": "", "ether-addr": "",
        ]
        return [
            .set([
                "addresses": [.object(address.native)],
                "farms": [["name": .string(farm.text), "addresses": [.object(nothing)]]],
            ])
        ]
    }

    /// The addresses that the request has moved outside.
    var moved: Set<Name> { Set(formerOwners.keys) }

    /// Whether the request has moved an address of the farm outside.
    func hasMoved(_ name: Name, from farm: Name) -> Bool { formerOwners[name] == farm }

    /// Whether what a farm says about an address is said about one outside of farms, and what must be changed before.
    mutating func place(
        _ name: Name, in farm: Name, standing: StandingFarm.StandingAddress?
    ) -> (isOutside: Bool, before: [Change]) {
        if standing?.isReference == false { return (false, []) }
        if outside.contains(name) { return (true, []) }
        if let owner = owned[name]?.farm, owner != farm { return (true, moveOutside(name)) }
        if sharedFromTheStart.contains(name) {
            outside.insert(name)
            return (true, [.set(["addresses": [["name": .string(name.text)]]])])
        }
        return (false, [])
    }
}

extension FarmAddress {
    /// All that it is, as an address outside of farms.
    fileprivate var native: JSONObject {
        [
            "name": .string(name.text), "family": .string(family.rawValue),
            "ip-addr": .string(address?.description ?? ""), "ports": .array(ports.native),
            "protocol": .string(transport.rawValue), "iface": .string(options.interface?.text ?? ""),
            "iether-addr": .string(options.inputEtherAddress?.description ?? ""),
            "ether-addr": .string(options.etherAddress?.description ?? ""),
        ]
    }
}

extension PortSet {
    fileprivate var native: [JSONValue] {
        ranges.map { $0.count == 1 ? .integer($0.lowerBound) : .string("\($0.lowerBound)-\($0.upperBound)") }
    }
}
