// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// Where an address of a farm stands.
enum AddressPlace: Sendable {
    /// In the farm.
    case own
    /// Outside of farms; the farm refers to it.
    case outside
}

/// Where addresses stand. In the C program every address is an object of its own, and farms refer to it by name. Here most
/// belong to their farm; one stands outside of farms when it was made there, or from when somebody else takes it.
///
/// What a request lets stand outside does so from its first step on. Which addresses these are is seen on the way: they are
/// `found`, and the request is written again with them as `shared`.
struct AddressBook {
    /// An address that belongs to a farm.
    private struct Own {
        var farm: Name
        /// What it was called before the request, or where the request made it.
        let firstName: Name
    }

    private let shared: Set<Name>
    private(set) var found: Set<Name> = []
    /// What lets the shared addresses of farms stand outside, before everything else.
    private(set) var moves: [Change] = []
    /// The farms that had them. All of these go by their first names.
    private var formerOwners: [Name: Name] = [:]
    private var outside: Set<Name>
    private var owned: [Name: Own] = [:]
    private var withPorts: Set<Name> = []

    init(_ knowledge: Knowledge, shared: Set<Name>) {
        self.shared = shared
        outside = Set(knowledge.addresses.keys)
        for address in knowledge.addresses.values where !address.ports.isAll { withPorts.insert(address.name) }
        let byName = knowledge.farmsByAddress.sorted { $0.key.text < $1.key.text }
        for (name, farms) in byName where !outside.contains(name) {
            guard let farm = farms.first,
                let address = knowledge.farms[farm]?.addresses.first(where: { $0.name == name })
            else { continue }
            if !address.ports.isAll { withPorts.insert(name) }
            if shared.contains(name) {
                outside.insert(name)
                formerOwners[name] = farm
                moves.append(address.movedOutside(of: farm))
            } else {
                owned[name] = Own(farm: farm, firstName: name)
            }
        }
    }

    /// The farm that an address belongs to; nil: it stands outside, or there is none.
    func owner(of name: Name) -> Name? { owned[name]?.farm }

    /// Whether there is such an address that is not the farm's own.
    func isElsewhere(_ name: Name, than farm: Name) -> Bool {
        outside.contains(name) || owned[name].map { $0.farm != farm } ?? false
    }

    /// Whether an address that is to be made here is that of others, too.
    func isShared(_ name: Name) -> Bool { shared.contains(name) }

    /// Whether the farm had the address before the request; both by the names they had then.
    func hasMoved(_ name: Name, from farm: Name) -> Bool { formerOwners[name] == farm }

    // MARK: What the request does

    /// A farm has another name.
    mutating func noteRename(ofFarm farm: Name, to newName: Name) {
        for (name, own) in owned where own.farm == farm { owned[name]?.farm = newName }
    }

    /// An address has another name.
    mutating func noteRename(ofAddress address: Name, to newName: Name) {
        if outside.remove(address) != nil { outside.insert(newName) }
        if withPorts.remove(address) != nil { withPorts.insert(newName) }
        if let own = owned.removeValue(forKey: address) { owned[newName] = own }
    }

    /// An address is made or changed outside of farms, with what only such a one has.
    mutating func standOutside(_ name: Name) {
        if let own = owned.removeValue(forKey: name) { found.insert(own.firstName) }
        outside.insert(name)
    }

    /// Where an address stands that a farm names, and what must be changed before.
    ///
    /// - Parameters:
    ///   - known: where it stands in the farm; nil: it is new to it.
    ///   - apart: whether it is said to be what only one outside of farms can be.
    mutating func place(
        _ name: Name, in farm: Name, known: AddressPlace?, apart: Bool
    ) -> (place: AddressPlace, before: [Change]) {
        if known == .own, !apart { return (.own, []) }
        if outside.contains(name) { return (.outside, []) }
        let isOfOthers = owned[name].map { $0.farm != farm } ?? false
        if isOfOthers || apart && !shared.contains(name) {
            if owned[name] == nil { found.insert(name) }
            standOutside(name)
            return (.outside, [])
        }
        return make(name, in: farm)
    }

    /// A farm makes an address.
    @discardableResult
    mutating func make(_ name: Name, in farm: Name) -> (place: AddressPlace, before: [Change]) {
        if shared.contains(name) {
            outside.insert(name)
            return (.outside, [.set(["addresses": [["name": .string(name.text)]]])])
        }
        owned[name] = owned[name] ?? Own(farm: farm, firstName: name)
        return (.own, [])
    }

    /// Notes what is said about the ports of an address, and completes it: no ports are all ports, and an address that had
    /// some is then one for all protocols, unless one is named.
    mutating func complete(_ said: inout JSONObject, of name: Name, portsKey: String = "ports") {
        guard let ports = said[portsKey] else { return }
        if ports != [] {
            withPorts.insert(name)
        } else if withPorts.remove(name) != nil, said["protocol"] == nil {
            said["protocol"] = "all"
        }
    }
}

extension FarmAddress {
    /// Lets it stand outside, with all that it is; its farm then refers to it.
    fileprivate func movedOutside(of farm: Name) -> Change {
        let all: JSONObject = [
            "name": .string(name.text), "family": .string(family.rawValue),
            "ip-addr": .string(address?.description ?? ""), "ports": .array(ports.native),
            "protocol": .string(transport.rawValue), "iface": .string(options.interface?.text ?? ""),
            "iether-addr": .string(options.inputEtherAddress?.description ?? ""),
            "ether-addr": .string(options.etherAddress?.description ?? ""),
        ]
        let nothing: JSONObject = [
            "name": .string(name.text), "family": "ipv4", "ip-addr": "", "ports": [], "protocol": "tcp", "iface": "",
            "iether-addr": "", "ether-addr": "",
        ]
        return .set([
            "addresses": [.object(all)],
            "farms": [["name": .string(farm.text), "addresses": [.object(nothing)]]],
        ])
    }
}

extension PortSet {
    fileprivate var native: [JSONValue] {
        ranges.map { $0.count == 1 ? .integer($0.lowerBound) : .string("\($0.lowerBound)-\($0.upperBound)") }
    }
}
