// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
import JSON

extension LegacyRequest {
    /// What it asks for.
    ///
    /// - Throws: what that program answers to a reference to something that is not there.
    public func changes(knowing knowledge: Knowledge = Knowledge()) throws(LegacyAnswer) -> [Change] {
        var shared: Set<Name> = []
        while true {
            var writer = ChangeWriter(knowledge, AddressBook(knowledge, shared: shared))
            for step in steps { try writer.add(step) }
            let found = writer.addresses.found
            if found.isSubset(of: shared) { return writer.changes }
            shared.formUnion(found)
        }
    }
}

/// Writes what a body asks for as changes of the native dialect.
private struct ChangeWriter {
    let knowledge: Knowledge
    var addresses: AddressBook
    var changes: [Change]
    private var farms: [Name: StandingFarm] = [:]
    private var names = FormerNames()

    init(_ knowledge: Knowledge, _ addresses: AddressBook) {
        self.knowledge = knowledge
        self.addresses = addresses
        changes = addresses.moves
    }

    mutating func add(_ step: EditStep) throws(LegacyAnswer) {
        switch step {
        case .set(let document): try add(document)
        case .renameFarm(let farm, let newName):
            rename(farm, to: newName)
            names.note(step)
        case .renameBackend(let backend, let farm, let newName):
            var standing = standing(farm)
            standing.backends[newName] = standing.backends.removeValue(forKey: backend)
            farms[farm] = standing
            changes.append(.rename(ObjectPath(["farms", farm.text, "backends", backend.text]), to: newName))
        }
    }

    /// The farm's first address, if it is named as that program names such, gets a name after the farm's new one, which no
    /// other address has.
    private mutating func rename(_ farm: Name, to newName: Name) {
        var standing = standing(farm)
        if farm != newName, let first = standing.firstAddress, first.text.holds("-addr") {
            let free = FirstAddress.names(ofFarm: newName).first { name in
                name == first || !addresses.isElsewhere(name, than: farm) && standing.addresses[name] == nil
            }
            if let free, free != first {
                let isOutside = standing.addresses[first] == .outside
                let path = isOutside ? ["addresses", first.text] : ["farms", farm.text, "addresses", first.text]
                changes.append(.rename(ObjectPath(path), to: free))
                addresses.noteRename(ofAddress: first, to: free)
                standing.rename(first, to: free)
            }
        }
        changes.append(.rename(ObjectPath(["farms", farm.text]), to: newName))
        addresses.noteRename(ofFarm: farm, to: newName)
        farms[newName] = standing
        farms[farm] = StandingFarm(nil, marks: [:], isKnown: true)
    }

    private func standing(_ farm: Name) -> StandingFarm {
        if let standing = farms[farm] { return standing }
        let former = names.former(farm)
        var standing = StandingFarm(
            knowledge.farms[former], marks: knowledge.marks[former] ?? [:],
            isKnown: knowledge.lookups.contains(.farm(former)))
        for address in standing.addresses.keys where addresses.hasMoved(address, from: former) {
            standing.addresses[address] = .outside
        }
        return standing
    }

    private mutating func add(_ edit: DocumentEdit) throws(LegacyAnswer) {
        var document = JSONObject()
        if !edit.policies.isEmpty {
            document["policies"] = .array(edit.policies.map { name, edit in .object(edit.native(name)) })
        }
        var outside = Keyed<Name, JSONObject>()
        for (name, edit) in edit.addresses {
            var native = edit.native(name)
            addresses.complete(&native, of: name)
            // One that belongs to a farm is changed there; with policies or a guard of its own it must stand outside.
            if let owner = addresses.owner(of: name), edit.policies.isEmpty, !native.hasGuard {
                let own = JSONValue.object(native.withoutGuard)
                changes.append(.set(["farms": [["name": .string(owner.text), "addresses": [own]]]]))
                continue
            }
            addresses.standOutside(name)
            outside.add(native, to: name)
        }
        var first: [JSONValue] = []
        var second: [JSONValue] = []
        for (name, edit) in edit.farms {
            var standing = standing(name)
            if standing.forgetsSessions(edit) {
                changes.append(.delete(ObjectPath(["farms", name.text, "sessions"])))
            }
            let native = edit.native(name, standing: &standing, &addresses)
            try standing.check(edit.sessions, of: name)
            changes += native.before
            farms[name] = standing
            first.append(.object(native.first))
            if let rest = native.second { second.append(.object(rest)) }
            for (address, edit) in native.outside { outside.add(edit, to: address) }
        }
        if !first.isEmpty { document["farms"] = .array(first) }
        if !outside.isEmpty { document["addresses"] = .array(outside.values.map { .object($0) }) }
        if !document.isEmpty { changes.append(.set(document)) }
        if !second.isEmpty { changes.append(.set(["farms": .array(second)])) }
    }
}

extension Keyed<Name, JSONObject> {
    /// Adds what is said about an object to what was said before.
    mutating func add(_ native: JSONObject, to name: Name) {
        update(name, new: [:]) { object in
            for (key, value) in native { object[key] = value }
        }
    }
}

extension PolicyEdit {
    fileprivate func native(_ name: Name) -> JSONObject {
        var native: JSONObject = ["name": .string(name.text)]
        for (key, value) in attributes { native[key] = value }
        if !elements.isEmpty {
            native["elements"] = .array(elements.keys.map { ["data": .string($0.description)] })
        }
        return native
    }
}

extension AddressEdit {
    fileprivate func native(_ name: Name) -> JSONObject {
        var native: JSONObject = ["name": .string(name.text)]
        for (key, value) in attributes { native[key] = value }
        if !policies.isEmpty { native["policies"] = .array(policies.keys.map { ["name": .string($0.text)] }) }
        return native
    }
}
