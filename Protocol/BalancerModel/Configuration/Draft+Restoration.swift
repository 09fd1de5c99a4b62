// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

// A request that goes back: revision by revision, from the newest on, each as what it says of how things were before it.
extension Draft {
    /// Begins such a request; until `endRestoration` what the draft shows is half of it.
    public mutating func beginRestoration() throws(BalancerError) {
        try request { draft throws(Failure) in draft.isRestoring = true }
    }

    /// Takes back the next objects of one revision, at most about so many; true: there are no more. An error ends the
    /// request.
    public mutating func restore(_ restoration: inout Restoration, objects limit: Int) throws(BalancerError) -> Bool {
        do throws(Failure) {
            if !restoration.isRenamed {
                restoration.isRenamed = true
                try restoreNames(restoration)
            }
            var rest = limit
            while rest > 0, !restoration.entries.isEmpty {
                let entries = restoration.take(limit: rest)
                rest -= entries.count
                try restore(entries)
            }
            guard restoration.entries.isEmpty else { return false }
            for place in restoration.places { restorePlace(place) }
            return true
        } catch {
            undo()
            throw error.error
        }
    }

    /// Looks at the whole, and makes it stay.
    public mutating func endRestoration() throws(BalancerError) {
        isRestoring = false
        do throws(Failure) { try finish() } catch {
            undo()
            throw error.error
        }
    }

    // MARK: Names

    private mutating func restoreNames(_ restoration: Restoration) throws(Failure) {
        let members = restoration.renames.filter { $0.path.components.count == 4 }
        for (path, _) in members { try renameMember(path, to: Self.interim(path)) }
        for (path, name) in members {
            var interim = path
            interim.components[3] = Self.interim(path).text
            try renameMember(interim, to: name)
        }
        let objects = restoration.renames.filter { $0.path.components.count == 2 }
        for (path, _) in objects { try renameObject(path, to: Self.interim(path)) }
        for (path, name) in objects {
            try renameObject(ObjectPath([path.components[0], Self.interim(path).text]), to: name)
        }
    }

    /// A name that no object has, so that two may swap theirs.
    private static func interim(_ path: ObjectPath) -> Name {
        Name(unchecked: "\u{1}" + (path.components.last ?? ""))
    }

    private mutating func renameObject(_ path: ObjectPath, to name: Name) throws(Failure) {
        switch path.components[0] {
        case Farm.collection: farms.restoreName(Name(unchecked: path.components[1]), to: name)
        case Policy.collection: policies.restoreName(Name(unchecked: path.components[1]), to: name)
        case Address.collection: addresses.restoreName(Name(unchecked: path.components[1]), to: name)
        case Cluster.collection: clusters.restoreName(Name(unchecked: path.components[1]), to: name)
        default: throw Failure.unreadable(path)
        }
    }

    private mutating func renameMember(_ path: ObjectPath, to name: Name) throws(Failure) {
        let (owner, member) = (Name(unchecked: path.components[1]), Name(unchecked: path.components[3]))
        guard path.components[2] == Backend.collection else { throw Failure.unreadable(path) }
        guard var farm = farms[owner], farm.backends.contains(where: { $0.name == member }) else { return }
        farm.backends.removeAll { $0.name == name }
        _ = farm.rename(Backend.collection, member, to: name)
        farms.set(farm, for: owner)
        farms.noteRename(in: owner, of: member, to: name)
    }

    // MARK: Objects

    private mutating func restore(_ entries: ArraySlice<Restoration.Entry>) throws(Failure) {
        guard let first = entries.first else { return }
        let parts = first.path.components
        guard parts.count >= 2 else { throw Failure.unreadable(first.path) }
        let name = Name(unchecked: parts[1])
        switch (parts[0], parts.count) {
        case (Farm.collection, 2): try restoreFarm(name, first)
        case (Farm.collection, 4): try restoreBackends(of: name, entries)
        case (Policy.collection, 2): try restorePolicy(name, first)
        case (Policy.collection, 3): try restoreElements(of: name, first)
        case (Address.collection, 2):
            guard let document = try first.document() else { return addresses.remove(name) }
            addresses.set(try decoded(first) { () throws(BalancerError) in try Address(document: document) }, for: name)
        case (Cluster.collection, 2):
            guard let document = try first.document() else { return clusters.remove(name) }
            clusters.set(try decoded(first) { () throws(BalancerError) in try Cluster(document: document) }, for: name)
        default: throw Failure.unreadable(first.path)
        }
    }

    private mutating func restoreFarm(_ name: Name, _ entry: Restoration.Entry) throws(Failure) {
        guard let document = try entry.document() else { return farms.remove(name) }
        var farm = try decoded(entry) { () throws(BalancerError) in try Farm(document: document) }
        if document[Backend.collection] == nil { farm.backends = farms[name]?.backends ?? [] }
        farms.set(farm, for: name)
    }

    private mutating func restoreBackends(
        of name: Name, _ entries: ArraySlice<Restoration.Entry>
    ) throws(Failure) {
        guard var farm = farms[name] else { throw Failure.unreadable(entries[entries.startIndex].path) }
        for entry in entries {
            let backend = Name(unchecked: entry.path.components[3])
            let index = farm.backends.firstIndex { $0.name == backend }
            guard let document = try entry.document() else {
                if let index { farm.backends.remove(at: index) }
                continue
            }
            let value = try decoded(entry) { () throws(BalancerError) in try Backend(document: document) }
            if let index { farm.backends[index] = value } else { farm.backends.append(value) }
        }
        farms.set(farm, for: name)
    }

    private mutating func restorePolicy(_ name: Name, _ entry: Restoration.Entry) throws(Failure) {
        guard let document = try entry.document() else { return policies.remove(name) }
        var policy = try decoded(entry) { () throws(BalancerError) in try Policy(document: document) }
        let old = policies[name]
        if document["elements"] == nil { policy.elements = old?.elements ?? PolicyElements() }
        if let old { policy.inherit(from: old) }
        policies.set(policy, for: name)
    }

    private mutating func restoreElements(of name: Name, _ entry: Restoration.Entry) throws(Failure) {
        guard var policy = policies[name], let document = entry.value.object else {
            throw Failure.unreadable(entry.path)
        }
        let old = policy
        do throws(InvalidValue) {
            for text in document["delete"]?.array ?? [] {
                policy.elements.remove(try AddressRange(try text.expectedString()))
            }
        } catch {
            throw Failure(error)
        }
        for (index, value) in (document["set"]?.array ?? []).enumerated() {
            let (data, _, members) = try PolicyElement.identified(value, at: index)
            var element = PolicyElement(data: data)
            try element.update(from: members)
            policy.elements.set(element)
        }
        policy.inherit(from: old)
        policies.set(policy, for: name)
    }

    private func decoded<Value>(
        _ entry: Restoration.Entry, _ body: () throws(BalancerError) -> Value
    ) throws(Failure) -> Value {
        do throws(BalancerError) { return try body() } catch {
            throw Failure(.storage, at: entry.path.components, "a revision cannot be read: \(error.reason)")
        }
    }

    // MARK: Places

    private mutating func restorePlace(_ place: Restoration.Entry) {
        let parts = place.path.components
        guard parts.count >= 3, var farm = farms[Name(unchecked: parts[1])] else { return }
        if let names = place.value.array {
            var order: [String: Int] = [:]
            for (index, name) in names.enumerated() { order[name.string ?? ""] = index }
            let ordered = farm.backends.enumerated().sorted { left, right in
                let places = [left, right].map { order[$0.element.name.text] ?? names.count + $0.offset }
                return places[0] < places[1]
            }
            farm.backends = ordered.map(\.element)
        } else if parts.count == 4, let index = place.value.integer,
            let current = farm.backends.firstIndex(where: { $0.name.text == parts[3] })
        {
            let backend = farm.backends.remove(at: current)
            farm.backends.insert(backend, at: min(max(0, Int(index)), farm.backends.count))
        }
        farms.set(farm, for: farm.name)
    }
}

extension DraftTable {
    /// Gives an object, if it is there, the name that it had; whoever has taken that name goes.
    fileprivate mutating func restoreName(_ name: Name, to newName: Name) {
        guard var object = self[name] else { return }
        remove(newName)
        object.rename(to: newName)
        rename(name, to: newName, value: object)
    }
}

extension Restoration.Entry {
    /// The object as it was; nil: it was not there.
    fileprivate func document() throws(Failure) -> JSONObject? {
        if case .null = value { return nil }
        guard let object = value.object else { throw Failure.unreadable(path) }
        return object
    }
}

extension Failure {
    fileprivate static func unreadable(_ path: ObjectPath) -> Failure {
        Failure(.storage, at: path.components, "a revision cannot be read")
    }
}
