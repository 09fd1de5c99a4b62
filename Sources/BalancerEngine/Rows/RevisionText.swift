// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// Writes what a revision says: the objects that differ, by path, as they are after and as they were before; null for what
/// is not there.
///
/// One backend of a farm of a thousand is one entry: what a revision costs is what it changes. Text grows difference by
/// difference, so that a large one can be written in pieces.
struct RevisionText {
    private(set) var change: [UInt8] = []
    private(set) var undo: [UInt8] = []

    /// Adds one farm.
    mutating func add(_ difference: ObjectDifference<Farm>) {
        let before = difference.before
        let after = difference.after
        guard let before, let after, before.name == after.name else {
            if let before { note(.farm(before.name), before.document, nil) }
            if let after { note(.farm(after.name), nil, after.document) }
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
    }

    /// The row, when all differences are in.
    func row(of accepted: AcceptedRequest, time: Int64) -> RevisionRow {
        let request = accepted.submission.request
        return RevisionRow(
            revision: accepted.revision, time: time, author: request.author, comment: request.comment,
            change: Self.object(change), undo: Self.object(undo))
    }

    private mutating func note(_ path: ObjectPath, _ old: JSONValue?, _ new: JSONValue?) {
        Self.append(path, new ?? .null, to: &change)
        Self.append(path, old ?? .null, to: &undo)
    }

    private static func append(_ path: ObjectPath, _ value: JSONValue, to members: inout [UInt8]) {
        if !members.isEmpty { members.append(UInt8(ascii: ",")) }
        JSONValue.string(path.description).write(to: &members)
        members.append(UInt8(ascii: ":"))
        value.write(to: &members)
    }

    private static func object(_ members: [UInt8]) -> [UInt8] {
        [UInt8(ascii: "{")] + members + [UInt8(ascii: "}")]
    }
}

extension Farm {
    /// Whether two farms differ at most in their backends.
    func hasSameAttributes(as other: Farm) -> Bool {
        var copy = self
        // The same list on both sides is compared by its storage.
        copy.backends = other.backends
        return copy == other
    }

    /// The farm alone: its backends are objects of their own.
    var withoutBackends: Farm {
        var farm = self
        farm.backends = []
        return farm
    }
}
