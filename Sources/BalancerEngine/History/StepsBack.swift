// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// Takes a draft back to how things were right after a revision: revision by revision from the newest on, some objects at a
/// time. The draft must have begun with what the newest revision made.
struct StepsBack {
    private let store: any StorePort
    private let target: UInt64
    /// The newest revision that is not taken back yet.
    private var next: UInt64
    private var current: Restoration?
    private var hasBegun = false

    /// - Throws: `not-found` when there never was such a revision, or what came after it is kept no more.
    init(_ engine: Engine, to target: UInt64) throws(BalancerError) {
        store = engine.store
        self.target = target
        next = engine.revision
        guard target <= next else {
            throw BalancerError(.notFound, "there is no revision \(target), the newest is \(next)")
        }
        if target < next { _ = try read(target + 1) }
    }

    /// The change that waits for its confirmation, alone: what came after it was the end of elements, which stays.
    init(_ engine: Engine, unconfirmed change: UnconfirmedChange?) throws(BalancerError) {
        store = engine.store
        next = change?.revision ?? engine.revision
        target = change?.base ?? next
    }

    /// Takes back the next objects.
    ///
    /// - Returns: whether the draft is as it was.
    mutating func advance(_ draft: inout Draft, objects limit: Int) throws(BalancerError) -> Bool {
        if !hasBegun {
            try draft.beginRestoration()
            hasBegun = true
        }
        if current == nil {
            guard next > target else {
                try draft.endRestoration()
                return true
            }
            current = try Restoration(undo: Self.object(try read(next).undo))
        }
        if try draft.restore(&current!, objects: limit) {
            current = nil
            next -= 1
        }
        return false
    }

    private func read(_ revision: UInt64) throws(BalancerError) -> RevisionRow {
        do throws(StoreFailure) {
            if let row = try store.revision(revision) { return row }
        } catch {
            throw BalancerError(error)
        }
        throw BalancerError(
            .notFound, "revision \(target) cannot be brought back: what was changed after it is kept no more",
            hint: "the history lists the revisions that are kept")
    }

    private static func object(_ bytes: [UInt8]) throws(BalancerError) -> JSONObject {
        do throws(JSONError) {
            if case .object(let object) = try JSONValue(parsing: bytes) { return object }
        } catch {
            throw BalancerError(.storage, "a revision cannot be read: \(error.description)")
        }
        throw BalancerError(.storage, "a revision cannot be read: it is not an object")
    }
}

extension BalancerError {
    /// The history could not be read.
    init(_ failure: StoreFailure) {
        self.init(.storage, "the history cannot be read: \(failure.message)")
    }
}
