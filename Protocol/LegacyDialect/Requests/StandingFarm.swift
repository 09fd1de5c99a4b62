// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// What is known of a farm at one point of a request.
struct StandingFarm {
    /// Whether somebody asked what it is.
    let isKnown: Bool
    var backends: [Name: StandingBackend] = [:]
    var addresses: [Name: AddressPlace] = [:]
    var firstAddress: Name?
    var persistence: JSONValue = []
    var hasSessions = false
    /// The scheduler, where it hashes what nobody gave.
    var schedulerWithoutParameters: JSONValue?

    /// A farm as it stands; nil: there is none, or nobody asked.
    init(_ farm: Farm?, marks: [Name: UInt32], isKnown: Bool) {
        self.isKnown = isKnown
        guard let farm else { return }
        for backend in farm.backends {
            backends[backend.name] = StandingBackend(backend, mark: marks[backend.name])
        }
        if farm.schedulerParameters.isEmpty, !farm.hashFields.isEmpty {
            schedulerWithoutParameters = .string(farm.scheduler.rawValue)
        }
        for address in farm.addresses { addresses[address.name] = address.isReference ? .outside : .own }
        firstAddress = farm.addresses.first?.name
        persistence = .array(farm.options.persistence.map { .string($0.rawValue) })
        hasSessions = !farm.sessions.isEmpty
    }

    /// Its first address gets another name.
    mutating func rename(_ address: Name, to newName: Name) {
        addresses[newName] = addresses.removeValue(forKey: address)
        firstAddress = newName
    }

    /// Each session needs a backend that is there.
    func check(_ sessions: Keyed<SessionClient, JSONObject>, of farm: Name) throws(LegacyAnswer) {
        for backend in sessions.values.compactMap({ $0["backend"]?.string }) {
            guard (try? Name(backend)).flatMap({ backends[$0] }) == nil else { continue }
            throw LegacyAnswer(404, .unknownObject, [.unknownBackend(backend, farm: farm.text)])
        }
    }

    /// Whether its static sessions go: their keys are made of the fields of the persistence.
    mutating func forgetsSessions(_ edit: FarmEdit) -> Bool {
        guard let persistence = edit.attributes["persistence"], persistence != self.persistence else { return false }
        self.persistence = persistence
        defer { hasSessions = false }
        return hasSessions
    }
}

/// What a body says about a farm, in the native dialect.
struct NativeFarm {
    /// What must be changed before.
    var before: [Change] = []
    /// The farm.
    var first: JSONObject
    /// What cannot stand in one object with that, and comes after it.
    var second: JSONObject?
    /// What is said about addresses that stand outside of farms.
    var outside = Keyed<Name, JSONObject>()
}

extension FarmEdit {
    func native(_ name: Name, standing: inout StandingFarm, _ book: inout AddressBook) -> NativeFarm {
        if meansFirstOfList(standing) {
            var edit = self
            edit.aliasesComeLast = true
            return edit.native(name, standing: &standing, &book)
        }
        let usual = Farm.firstAddressName(ofFarm: name)
        if !aliases.isEmpty, !isSaidTwice, standing.isKnown, standing.firstAddress == nil,
            addresses.isEmpty || !aliasesComeLast, book.isElsewhere(usual, than: name) || book.isShared(usual)
        {
            return meaningAddress(usual).native(name, standing: &standing, &book)
        }
        var native = NativeFarm(first: ["name": .string(name.text)])
        for (key, value) in attributes where key != "sched-param" || !repeatsParameters(standing) {
            native.first[key] = value
        }
        if !backends.isEmpty { native.first["backends"] = .array(nativeBackends(&standing)) }
        if !policies.isEmpty { native.first["policies"] = .array(policies.keys.map { ["name": .string($0.text)] }) }
        if !sessions.isEmpty {
            native.first["sessions"] = .array(
                sessions.map { client, edit in .object(edit.leading("client", client.text)) })
            standing.hasSessions = true
        }
        // The native dialect takes the old attributes or a list in one object, so these are two steps.
        var aliases = JSONObject()
        var list = JSONObject()
        if !isSaidTwice, !aliasesComeLast { aliases = nativeAliases(name, &standing, &book, &native) }
        let listed = nativeAddresses(name, &standing, &book, &native)
        if !listed.isEmpty { list["addresses"] = .array(listed) }
        if !isSaidTwice, aliasesComeLast { aliases = nativeAliases(name, &standing, &book, &native) }
        let isTwoSteps = !aliases.isEmpty && !list.isEmpty
        var second: JSONObject = ["name": .string(name.text)]
        for (key, value) in aliasesComeLast ? list : aliases { native.first[key] = value }
        for (key, value) in aliasesComeLast ? aliases : list {
            if isTwoSteps { second[key] = value } else { native.first[key] = value }
        }
        if isTwoSteps { native.second = second }
        return native
    }

    /// Whether an interface is given to a farm without addresses, in front of their list: it makes none, and means the first
    /// of them.
    private func meansFirstOfList(_ standing: StandingFarm) -> Bool {
        guard standing.isKnown, standing.firstAddress == nil, !addresses.isEmpty, !aliasesComeLast else { return false }
        return !aliases.isEmpty && aliases.keys.allSatisfy { $0 == "iface" || $0 == "iether-addr" }
    }

    /// The same, with the old attributes said of an address that is there: without one of its own, the farm takes that one.
    private func meaningAddress(_ address: Name) -> FarmEdit {
        var edit = self
        edit.addresses = Keyed()
        edit.addresses.update(address, new: [:]) { said in
            for (alias, value) in aliases { said[FarmEdit.key(ofAlias: alias)] = value }
        }
        for (name, said) in addresses {
            edit.addresses.update(name, new: [:]) { object in for (key, value) in said { object[key] = value } }
        }
        edit.aliases = JSONObject()
        return edit
    }

    /// A printed farm says twice what its first address is: in the old attributes and in `addresses`. What comes back so
    /// is said once, or an empty balancer would get two addresses of it.
    private var isSaidTwice: Bool {
        guard let first = addresses.values.first, !aliases.isEmpty else { return false }
        let table = KindTable.of(.farmAddress)
        return aliases.allSatisfy { alias, value in
            let key = FarmEdit.key(ofAlias: alias)
            return value == first[key] ?? table.attributes[key]?.defaultValue
        }
    }

    /// What an old attribute is called in an address.
    static func key(ofAlias alias: String) -> String {
        ["virtual-addr": "ip-addr", "virtual-ports": "ports"][alias] ?? alias
    }

    /// The old attributes of the first address.
    static let aliasKeys = KindTable.of(.farm).attributes.values.filter(\.isOfFirstAddress).map(\.key)

    private func nativeAddresses(
        _ farm: Name, _ standing: inout StandingFarm, _ book: inout AddressBook, _ native: inout NativeFarm
    ) -> [JSONValue] {
        var listed: [JSONValue] = []
        for (name, edit) in addresses {
            let known = standing.addresses[name]
            var said = edit.leading("name", name.text)
            book.complete(&said, of: name)
            let (place, before) = book.place(name, in: farm, known: known, apart: edit.hasGuard)
            native.before += before
            switch place {
            case .own: listed.append(.object(said.withoutGuard))
            case .outside:
                if !edit.isEmpty { native.outside.add(said, to: name) }
                if known == nil { listed.append(["name": .string(name.text)]) }
            }
            standing.addresses[name] = place
            standing.firstAddress = standing.firstAddress ?? name
        }
        return listed
    }

    /// What is printed of a farm that hashes, when nobody gave anything else.
    static let impliedParameters: JSONValue = ["srcip"]

    /// Whether the parameters are those that are printed and were never given: posted back, they change nothing.
    private func repeatsParameters(_ standing: StandingFarm) -> Bool {
        guard attributes["sched-param"] == Self.impliedParameters, let known = standing.schedulerWithoutParameters
        else {
            return false
        }
        return attributes["scheduler"] ?? known == known
    }

    /// The old attributes of the first address; where that stands outside of farms, they are said about it there, and where
    /// there is none, they make it.
    private func nativeAliases(
        _ farm: Name, _ standing: inout StandingFarm, _ book: inout AddressBook, _ native: inout NativeFarm
    ) -> JSONObject {
        if aliases.isEmpty { return aliases }
        var said = aliases
        if standing.isKnown, standing.firstAddress == nil {
            let usual = Farm.firstAddressName(ofFarm: farm)
            book.make(usual, in: farm)
            standing.addresses[usual] = .own
            standing.firstAddress = usual
        }
        guard let first = standing.firstAddress else { return said }
        book.complete(&said, of: first, portsKey: "virtual-ports")
        guard standing.addresses[first] == .outside else { return said }
        var outside: JSONObject = ["name": .string(first.text)]
        for (alias, value) in said { outside[FarmEdit.key(ofAlias: alias)] = value }
        native.outside.add(outside, to: first)
        return JSONObject()
    }
}

extension JSONObject {
    /// The object with its identifier in front.
    func leading(_ key: String, _ text: String) -> JSONObject {
        var native: JSONObject = [key: .string(text)]
        for (key, value) in self { native[key] = value }
        return native
    }
}
