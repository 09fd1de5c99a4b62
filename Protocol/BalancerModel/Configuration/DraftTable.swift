// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

/// The objects of one kind that a draft has touched, over the table of the configuration it began with.
///
/// Every step is written in a journal, so that a request that fails is taken back at the cost of what it touched.
struct DraftTable<Value: NamedObject>: Sendable {
    struct Entry: Sendable {
        /// The name in the base; nil: created in this draft.
        var origin: Name?
        /// The object as it is now; nil: deleted.
        var value: Value?
        /// New names of backends → their names in the base.
        var renamedBackends: [Name: Name] = [:]
        /// The same since the beginning of a request.
        var renamedInRequest: [Name: Name] = [:]
        var request = 0
    }

    private enum Step: Sendable {
        case added(Int)
        case changed(Int, Entry)
        case named(Name, Int?)
    }

    /// In `indices`: the base may know the name, the draft has nothing of it.
    private static var nothing: Int { -1 }

    let base: OrderedTable<Value>
    private var entries: [Entry] = []
    private var indices: [Name: Int] = [:]
    private var journal: [Step] = []
    private var request = 0

    init(on base: OrderedTable<Value>) {
        self.base = base
    }

    /// The object of a name as it is now.
    subscript(name: Name) -> Value? {
        guard let index = indices[name] else { return base[name] }
        return index == Self.nothing ? nil : entries[index].value
    }

    /// The names of all objects as they are now, in order of creation.
    var names: [Name] {
        base.names.filter { indices[$0] == nil } + entries.compactMap { $0.value?.name }
    }

    // MARK: Steps

    /// Replaces an object or creates it.
    mutating func set(_ value: Value, for name: Name) {
        if let index = touch(name) {
            change(index) { $0.value = value }
        } else {
            add(Entry(origin: nil, value: value, request: request), named: name)
        }
    }

    mutating func remove(_ name: Name) {
        guard let index = touch(name) else { return }
        change(index) { $0.value = nil }
        point(name, to: Self.nothing)
    }

    /// Gives an object, which must be there, a name that nobody has.
    mutating func rename(_ name: Name, to newName: Name, value: Value) {
        guard let index = touch(name) else { return }
        change(index) { $0.value = value }
        point(name, to: Self.nothing)
        point(newName, to: index)
    }

    /// Notes that a backend of an object has another name.
    mutating func noteRename(in name: Name, of backend: Name, to newName: Name) {
        guard let index = touch(name) else { return }
        change(index) { entry in
            entry.renamedBackends[newName] = entry.renamedBackends.removeValue(forKey: backend) ?? backend
            entry.renamedInRequest[newName] = entry.renamedInRequest.removeValue(forKey: backend) ?? backend
        }
    }

    /// The entry of an object as it is now, made if it was untouched; nil: there is no such object.
    private mutating func touch(_ name: Name) -> Int? {
        if let index = indices[name] { return index == Self.nothing ? nil : index }
        guard let value = base[name] else { return nil }
        add(Entry(origin: name, value: value, request: request), named: name)
        return entries.count - 1
    }

    private mutating func add(_ entry: Entry, named name: Name) {
        journal.append(.added(entries.count))
        point(name, to: entries.count)
        entries.append(entry)
    }

    private mutating func change(_ index: Int, _ body: (inout Entry) -> Void) {
        // A request is taken back as a whole: how the entry was before it is enough.
        if entries[index].request != request {
            journal.append(.changed(index, entries[index]))
            entries[index].request = request
            entries[index].renamedInRequest = [:]
        }
        body(&entries[index])
    }

    private mutating func point(_ name: Name, to index: Int) {
        journal.append(.named(name, indices[name]))
        indices[name] = index
    }

    // MARK: Requests

    /// Begins a request: what was done before can no longer be taken back.
    mutating func begin() {
        journal.removeAll(keepingCapacity: true)
        request += 1
    }

    /// Takes back everything since `begin`.
    mutating func undo() {
        while let step = journal.popLast() {
            switch step {
            case .added: entries.removeLast()
            case .changed(let index, let entry): entries[index] = entry
            case .named(let name, let index): indices[name] = index
            }
        }
    }

    /// The objects that the request since `begin` touched, as they are now.
    var touched: [Value] {
        var seen: Set<Int> = []
        return journal.compactMap { step in
            switch step {
            case .added(let index), .changed(let index, _): seen.insert(index).inserted ? entries[index].value : nil
            case .named: nil
            }
        }
    }

    /// What the request since `begin` changed.
    var requestDifferences: [ObjectDifference<Value>] {
        var seen: Set<Int> = []
        var pairs: [Pair] = []
        for step in journal {
            switch step {
            case .added(let index):
                seen.insert(index)
                let entry = entries[index]
                pairs.append((entry.origin.flatMap { base[$0] }, entry.value, entry.renamedInRequest))
            case .changed(let index, let before):
                guard seen.insert(index).inserted else { continue }
                pairs.append((before.value, entries[index].value, entries[index].renamedInRequest))
            case .named: continue
            }
        }
        return Self.differences(pairs)
    }

    /// What all requests changed.
    var differences: [ObjectDifference<Value>] {
        Self.differences(entries.map { ($0.origin.flatMap { base[$0] }, $0.value, $0.renamedBackends) })
    }

    private typealias Pair = (before: Value?, after: Value?, renamedBackends: [Name: Name])

    /// Pairs that differ. An object that was deleted and one that was created with its name are one that was changed: its
    /// number and what the kernel learnt of it stay.
    private static func differences(_ pairs: [Pair]) -> [ObjectDifference<Value>] {
        var deleted: [Name: Value] = [:]
        for pair in pairs where pair.after == nil {
            if let before = pair.before { deleted[before.name] = before }
        }
        var differences: [ObjectDifference<Value>] = []
        differences.reserveCapacity(pairs.count)
        for (before, after, renamedBackends) in pairs {
            guard let after else { continue }
            let before = before ?? deleted.removeValue(forKey: after.name)
            guard before != after else { continue }
            differences.append(
                ObjectDifference(
                    name: after.name, before: before, after: after,
                    renamedFrom: before.flatMap { $0.name == after.name ? nil : $0.name },
                    renamedBackends: after.validRenames(renamedBackends, since: before)))
        }
        let deletions = deleted.values.map { ObjectDifference(name: $0.name, before: $0, after: nil) }
        return deletions.sorted { $0.name < $1.name } + differences
    }
}
