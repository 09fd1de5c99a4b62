// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

extension RevisionRow {
    /// The row of one request of a group.
    init(_ accepted: AcceptedRequest, time: Int64) {
        let request = accepted.submission.request
        var change = JSONObject()
        var undo = JSONObject()
        for difference in accepted.delta.farms { Self.describe(difference, change: &change, undo: &undo) }
        self.init(
            revision: accepted.revision, time: time, author: request.author, comment: request.comment,
            change: JSONValue.object(change).serialized(), undo: JSONValue.object(undo).serialized())
    }

    /// The objects that differ, by path, as they are after and as they were before; null for what is not there.
    ///
    /// One backend of a farm of a thousand is one entry: what a revision costs is what it changes.
    private static func describe(_ difference: ObjectDifference<Farm>, change: inout JSONObject, undo: inout JSONObject)
    {
        let before = difference.before
        let after = difference.after
        func note(_ path: ObjectPath, _ old: JSONValue?, _ new: JSONValue?) {
            change.append(path.description, new ?? .null)
            undo.append(path.description, old ?? .null)
        }
        guard let before, let after, before.name == after.name else {
            if let before { note(.farm(before.name), before.document, nil) }
            if let after { note(.farm(after.name), nil, after.document) }
            return
        }
        if before.withoutBackends != after.withoutBackends {
            note(.farm(after.name), before.withoutBackends.document, after.withoutBackends.document)
        }
        guard before.backends != after.backends else { return }
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
}

extension Farm {
    fileprivate var withoutBackends: Farm {
        var farm = self
        farm.backends = []
        return farm
    }
}
