// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import JSON

/// Where the next page of a listing begins that the daemon keeps for a while: of things that change all the time, whose pages
/// would not fit together if each were made anew.
public struct ListingCursor: Sendable, Hashable, CustomStringConvertible {
    /// Which listing.
    public var listing: UInt64

    /// How many objects came before.
    public var index: UInt64

    /// A place in a listing.
    public init(listing: UInt64, index: UInt64) {
        self.listing = listing
        self.index = index
    }

    /// What clients pass back; they do not look into it.
    public var description: String { "\(listing).\(index)" }
}

extension ListingCursor: FieldValue {
    /// Text from a reply.
    public static var schema: Schema { .type("string") }

    /// Reads what ``description`` wrote.
    public init(field json: JSONValue) throws(FieldFailure) {
        let parts = json.string?.split(separator: ".", omittingEmptySubsequences: false) ?? []
        guard parts.count == 2, let listing = UInt64(parts[0]), let index = UInt64(parts[1]) else {
            throw FieldFailure("not a cursor of an earlier reply")
        }
        self.init(listing: listing, index: index)
    }

    /// The cursor as JSON.
    public var field: JSONValue { .string(description) }
}
