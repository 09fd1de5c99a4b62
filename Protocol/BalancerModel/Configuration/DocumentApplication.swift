// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

/// A document on its way into a draft. Farms may refer to policies and addresses, so these come first whatever the order of
/// the document.
struct DocumentApplication: Sendable {
    private var policies: Listing<Policy>
    private var addresses: Listing<Address>
    private var farms: Listing<Farm>
    private var clusters: Listing<Cluster>

    init(_ document: JSONObject, _ mode: ApplyMode, as role: Role) throws(Failure) {
        let collections = [Farm.collection, Policy.collection, Address.collection, Cluster.collection]
        for key in document.keys where !collections.contains(key) {
            throw Failure(.invalid, at: [key], "a configuration has no such list")
        }
        policies = try Listing(document, mode, as: role)
        addresses = try Listing(document, mode, as: role)
        farms = try Listing(document, mode, as: role)
        clusters = try Listing(document, mode, as: role)
    }

    /// Applies the next objects, at most so many, and takes them from `rest`; true: there are no more.
    mutating func advance(_ draft: inout Draft, _ rest: inout Int) throws(Failure) -> Bool {
        rest -= try policies.advance(&draft.policies, limit: rest)
        if policies.isFinished { rest -= try addresses.advance(&draft.addresses, limit: rest) }
        if addresses.isFinished { rest -= try farms.advance(&draft.farms, limit: rest) }
        if farms.isFinished { rest -= try clusters.advance(&draft.clusters, limit: rest) }
        return clusters.isFinished
    }
}

/// The changes of a request on their way into a draft.
struct ChangesApplication: Sendable {
    private let changes: [Change]
    private let role: Role
    private var next = 0
    /// The document of the change before `next` that is not wholly applied.
    private var document: DocumentApplication?

    init(_ changes: [Change], as role: Role) {
        self.changes = changes
        self.role = role
    }

    /// As that of a document; a change counts as an object.
    mutating func advance(_ draft: inout Draft, _ rest: inout Int) throws(Failure) -> Bool {
        while rest > 0 {
            if var document = document.take() {
                guard try document.advance(&draft, &rest) else {
                    self.document = document
                    return false
                }
            }
            guard next < changes.count else { return true }
            rest -= 1
            switch changes[next] {
            case .set(let document): self.document = try DocumentApplication(document, .merge, as: role)
            case .delete(let path): try draft.delete(path)
            case .rename(let path, let name): try draft.rename(path, to: name)
            case .addElements(let change): try draft.add(change)
            case .removeElements(let change): try draft.remove(change)
            case .drain(let order): try draft.begin(order)
            }
            next += 1
        }
        return false
    }
}

extension Failure {
    static func notFound(_ path: ObjectPath) -> Failure {
        Failure(
            .notFound, at: path.components, "there is no object \(path.components.isEmpty ? "/" : path.description)")
    }
}
