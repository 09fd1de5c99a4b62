// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// Writes what a revision says: the objects that differ, by path, as they are after and as they were before; null for what
/// is not there.
///
/// One backend of a farm of a thousand is one entry: what a revision costs is what it changes. Text grows difference by
/// difference, so that a large one can be written in pieces. `Restoration` reads what undoes it.
struct RevisionText {
    private(set) var change: [UInt8] = []
    private(set) var undo: [UInt8] = []
    /// What has an entry.
    private(set) var objects = ChangedObjects()
    /// Paths that one object left and another may have taken: what both say of them is one entry, written at the end.
    private var contested: [ObjectPath: (old: JSONValue?, new: JSONValue?)] = [:]
    /// Where backends stood that the list of a farm lost, or their whole order.
    var places = JSONObject()

    /// The text of a request, still empty.
    init(of delta: ConfigurationDelta) {
        let renames = Self.renames(in: delta)
        if !renames.isEmpty { Self.append(Restoration.renamesKey, .object(renames), to: &undo) }
        for difference in delta.farms {
            guard let before = difference.before, let after = difference.after, before.name != after.name else {
                continue
            }
            contested[.farm(before.name)] = (nil, nil)
            contested[.farm(after.name)] = (nil, nil)
        }
        for index in 0..<delta.sharedCount {
            let difference = delta.shared(at: index)
            guard let before = difference.before?.path, let after = difference.after?.path, before != after else {
                continue
            }
            contested[before] = (nil, nil)
            contested[after] = (nil, nil)
        }
    }

    /// Adds an address outside of farms or a policy.
    mutating func add(_ difference: SharedDifference) {
        if let before = difference.before, let after = difference.after, before.path == after.path {
            if case .policy(let old) = before, case .policy(let new) = after { return add(old, new) }
            note(after.path, before.document, after.document)
            return
        }
        if let before = difference.before { note(before.path, before.wholeDocument, nil) }
        if let after = difference.after { note(after.path, nil, after.wholeDocument) }
    }

    /// Adds a policy. What comes and goes of its elements is one entry: `{"set": […], "delete": […]}` at their path.
    private mutating func add(_ before: Policy, _ after: Policy) {
        let path = ObjectPath(["policies", after.name.text])
        if before.withoutElements != after.withoutElements {
            note(path, before.withoutElements.document, after.withoutElements.document)
        }
        var (old, new): ([JSONValue], [JSONValue]) = ([], [])
        var (gone, come): ([JSONValue], [JSONValue]) = ([], [])
        after.elements.forEachDifference(from: before.elements) { difference in
            let text = JSONValue.string(difference.data.description)
            if let element = difference.before { old.append(element.document) } else { come.append(text) }
            if let element = difference.after { new.append(element.document) } else { gone.append(text) }
        }
        guard !old.isEmpty || !new.isEmpty else { return }
        write(path.appending("elements"), Self.elements(old, without: come), Self.elements(new, without: gone))
    }

    private static func elements(_ set: [JSONValue], without deleted: [JSONValue]) -> JSONValue {
        var json = JSONObject()
        if !set.isEmpty { json["set"] = .array(set) }
        if !deleted.isEmpty { json["delete"] = .array(deleted) }
        return .object(json)
    }

    /// Adds one farm. Of a farm whose shared address alone has changed there is nothing to say.
    mutating func add(_ difference: ObjectDifference<Farm>) {
        let before = difference.before
        let after = difference.after
        guard let before, let after, before.name == after.name else {
            if let before { note(.farm(before.name), before.wholeDocument, nil) }
            if let after { note(.farm(after.name), nil, after.wholeDocument) }
            return
        }
        if !before.hasSameAttributes(as: after) {
            note(.farm(after.name), before.withoutBackends.document, after.withoutBackends.document)
        }
        addBackends(before, after)
    }

    private mutating func addBackends(_ before: Farm, _ after: Farm) {
        if before.backends.count == after.backends.count,
            zip(before.backends, after.backends).allSatisfy({ $0.name == $1.name })
        {
            for (old, new) in zip(before.backends, after.backends) where old != new {
                note(.backend(new.name, of: after.name), old.document, new.document)
            }
            return
        }
        var old: [Name: Backend] = [:]
        for backend in before.backends { old[backend.name] = backend }
        for backend in after.backends {
            let known = old.removeValue(forKey: backend.name)
            if known != backend { note(.backend(backend.name, of: after.name), known?.document, backend.document) }
        }
        for backend in before.backends where old[backend.name] != nil {
            note(.backend(backend.name, of: after.name), backend.document, nil)
        }
        notePlaces(before, after, gone: old)
    }

    /// The row, when all differences are in.
    mutating func row(of accepted: AcceptedRequest, time: Int64) -> RevisionRow {
        for (path, entry) in contested.sorted(by: { $0.key.description < $1.key.description }) {
            write(path, entry.old, entry.new)
        }
        contested = [:]
        if !places.isEmpty { Self.append(Restoration.placesKey, .object(places), to: &undo) }
        let request = accepted.submission.request
        return RevisionRow(
            RevisionHead(
                revision: accepted.revision, time: time, author: request.author, comment: request.comment,
                objects: objects.count),
            change: Self.object(change), undo: Self.object(undo))
    }

    private mutating func note(_ path: ObjectPath, _ old: JSONValue?, _ new: JSONValue?) {
        guard let known = contested[path] else { return write(path, old, new) }
        contested[path] = (old ?? known.old, new ?? known.new)
    }

    private mutating func write(_ path: ObjectPath, _ old: JSONValue?, _ new: JSONValue?) {
        objects.append(path)
        Self.append(path.description, new ?? .null, to: &change)
        Self.append(path.description, old ?? .null, to: &undo)
    }

    private static func append(_ key: String, _ value: JSONValue, to members: inout [UInt8]) {
        if !members.isEmpty { members.append(UInt8(ascii: ",")) }
        JSONValue.string(key).write(to: &members)
        members.append(UInt8(ascii: ":"))
        value.write(to: &members)
    }

    private static func object(_ members: [UInt8]) -> [UInt8] {
        [UInt8(ascii: "{")] + members + [UInt8(ascii: "}")]
    }
}
