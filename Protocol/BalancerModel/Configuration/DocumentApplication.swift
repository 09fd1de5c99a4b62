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

    /// Applies the next objects, at most so many; true: there are no more.
    mutating func advance(_ draft: inout Draft, limit: Int) throws(Failure) -> Bool {
        var rest = limit
        rest -= try policies.advance(&draft.policies, limit: rest)
        if policies.isFinished { rest -= try addresses.advance(&draft.addresses, limit: rest) }
        if addresses.isFinished { rest -= try farms.advance(&draft.farms, limit: rest) }
        if farms.isFinished { _ = try clusters.advance(&draft.clusters, limit: rest) }
        return clusters.isFinished
    }
}

extension Failure {
    static func notFound(_ path: ObjectPath) -> Failure {
        Failure(
            .notFound, at: path.components, "there is no object \(path.components.isEmpty ? "/" : path.description)")
    }
}
