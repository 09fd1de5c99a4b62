// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

/// The list of one kind of objects in a document, and how far it has been applied.
struct Listing<Value: NamedObject>: Sendable {
    private let values: [JSONValue]
    private let mode: ApplyMode
    private let role: Role
    private var position = 0
    private var seen: Set<Name> = []
    private(set) var isFinished = false

    /// The list of a document. With `replace` a list that is not there is an empty one.
    init(_ document: JSONObject, _ mode: ApplyMode, as role: Role) throws(Failure) {
        do { values = try (document[Value.collection] ?? []).expectedArray() } catch {
            throw Failure(error).inside(Value.collection)
        }
        self.mode = mode
        self.role = role
        seen.reserveCapacity(values.count)
    }

    /// Applies the next objects to a table, at most `limit`, and says how many they were.
    mutating func advance(_ table: inout DraftTable<Value>, limit: Int) throws(Failure) -> Int {
        let end = min(values.count, position.addingReportingOverflow(limit).overflow ? .max : position + limit)
        let count = end - position
        do throws(Failure) {
            while position < end {
                try apply(values[position], to: &table)
                position += 1
            }
        } catch {
            throw error.inside(Value.collection)
        }
        guard position == values.count, !isFinished else { return count }
        isFinished = true
        if mode == .replace {
            for name in table.names where !seen.contains(name) { table.remove(name) }
        }
        return count
    }

    private mutating func apply(_ value: JSONValue, to table: inout DraftTable<Value>) throws(Failure) {
        let (name, text, members) = try Value.identified(value, at: position)
        do throws(Failure) {
            guard seen.insert(name).inserted else {
                throw Failure(.invalid, at: [Value.identifierKey], "\"\(text)\" stands twice in this list")
            }
            let old = table[name]
            if old == nil, role < .administrator {
                throw Failure(.notPermitted, "only an administrator creates \(Value.kind.noun)")
            }
            var new = (mode == .merge ? old : nil) ?? Value(identifier: name)
            try new.update(from: members)
            if role < .administrator, let old, new.needsAdministrator(since: old) {
                throw Failure(.notPermitted, "only an administrator adds members to \(Value.kind.noun)")
            }
            if let feature = Value.laterFeature {
                throw Failure(.unsupported, "this version does not have \(feature.rawValue)")
            }
            if mode == .replace, let old { new.inherit(from: old) }
            if new != old { table.set(new, for: name) }
        } catch {
            throw error.inside(text)
        }
    }
}

extension DraftTable {
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
        case .isReference:
            throw Failure(
                .invalid, at: parts, "\"\(member)\" is an address outside of farms",
                hint: "rename \(ObjectPath([Address.collection, member.text]))")
        case .done:
            set(object, for: name)
            if parts[2] == Backend.collection { noteRename(in: name, of: member, to: newName) }
        }
    }
}
