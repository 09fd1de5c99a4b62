// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

/// A document on its way into a draft. Farms may refer to the other two kinds, so these come first whatever the order of
/// the document.
struct DocumentApplication: Sendable {
    private var policies: Listing<Policy>
    private var addresses: Listing<Address>
    private var farms: Listing<Farm>

    init(_ document: JSONObject, _ mode: ApplyMode, as role: Role) throws(Failure) {
        let collections = [Farm.collection, Policy.collection, Address.collection]
        for key in document.keys where !collections.contains(key) {
            throw Failure(.invalid, at: [key], "a configuration has no such list")
        }
        policies = try Listing(document, mode, as: role)
        addresses = try Listing(document, mode, as: role)
        farms = try Listing(document, mode, as: role)
    }

    /// Applies the next objects, at most so many; true: there are no more.
    mutating func advance(
        _ policies: inout DraftTable<Policy>, _ addresses: inout DraftTable<Address>, _ farms: inout DraftTable<Farm>,
        limit: Int
    ) throws(Failure) -> Bool {
        var rest = limit
        rest -= try self.policies.advance(&policies, limit: rest)
        if self.policies.isFinished { rest -= try self.addresses.advance(&addresses, limit: rest) }
        if self.addresses.isFinished { _ = try self.farms.advance(&farms, limit: rest) }
        return self.farms.isFinished
    }
}

extension Failure {
    static func notFound(_ path: ObjectPath) -> Failure {
        Failure(
            .notFound, at: path.components, "there is no object \(path.components.isEmpty ? "/" : path.description)")
    }
}
