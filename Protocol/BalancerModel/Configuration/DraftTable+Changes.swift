// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

extension DraftTable {
    /// Applies the list of a document. With `replace` the list is all there is, and what it lacks goes.
    mutating func apply(_ list: JSONValue?, _ mode: ApplyMode, as role: Role) throws(Failure) {
        guard let list else {
            if mode == .replace { removeAll() }
            return
        }
        do throws(Failure) {
            try merge(list, mode, as: role)
        } catch {
            throw error.inside(Value.collection)
        }
    }

    private mutating func merge(_ list: JSONValue, _ mode: ApplyMode, as role: Role) throws(Failure) {
        let values: [JSONValue]
        do { values = try list.expectedArray() } catch { throw Failure(error) }
        var seen: Set<Name> = []
        seen.reserveCapacity(values.count)
        for (position, value) in values.enumerated() {
            let (name, text, members) = try Value.identified(value, at: position)
            do throws(Failure) {
                guard seen.insert(name).inserted else {
                    throw Failure(.invalid, at: [Value.identifierKey], "\"\(text)\" stands twice in this list")
                }
                let old = self[name]
                if old == nil, role < .administrator {
                    throw Failure(.notPermitted, "only an administrator creates \(Value.kind.noun)")
                }
                var new = (mode == .merge ? old : nil) ?? Value(identifier: name)
                try new.update(from: members)
                if let feature = Value.laterFeature {
                    throw Failure(.unsupported, "this version does not have \(feature.rawValue)")
                }
                if new != old { set(new, for: name) }
            } catch {
                throw error.inside(text)
            }
        }
        if mode == .replace {
            for name in names where !seen.contains(name) { remove(name) }
        }
    }

    private mutating func removeAll() {
        for name in names { remove(name) }
    }

    /// Deletes what a path names: all objects, one, all members of a list of one, or one of these.
    mutating func delete(_ path: ObjectPath) throws(Failure) {
        let parts = path.components
        if parts.count == 1 { return removeAll() }
        guard let name = try? Name(parts[1]), var object = self[name] else { throw Failure.notFound(path) }
        if parts.count == 2 { return remove(name) }
        guard parts.count <= 4, object.delete(parts[2], parts.count == 4 ? parts[3] : nil) else {
            throw Failure.notFound(path)
        }
        set(object, for: name)
    }

    /// Renames what a path names: an object, or a member of one.
    mutating func rename(_ path: ObjectPath, to newName: Name) throws(Failure) {
        let parts = path.components
        guard parts.count == 2 || parts.count == 4, let name = try? Name(parts[1]), var object = self[name] else {
            throw Failure.notFound(path)
        }
        let taken = Failure(.conflict, at: parts, "the name \"\(newName)\" is taken")
        if parts.count == 2 {
            guard name != newName else { return }
            guard self[newName] == nil else { throw taken }
            object.rename(to: newName)
            rename(name, to: newName, value: object)
            return
        }
        guard let member = try? Name(parts[3]) else { throw Failure.notFound(path) }
        switch object.rename(parts[2], member, to: newName) {
        case .notFound: throw Failure.notFound(path)
        case .taken: throw taken
        case .unchanged: return
        case .done:
            set(object, for: name)
            if parts[2] == Backend.collection { noteRename(in: name, of: member, to: newName) }
        }
    }
}
