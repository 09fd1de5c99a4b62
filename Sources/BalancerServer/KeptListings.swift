// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol

/// Something that was listed at one moment.
struct KeptListing<Item> {
    let revision: UInt64
    let items: [Item]
}

/// The part of a listing that one reply carries.
struct Listed<Item> {
    let revision: UInt64
    let items: ArraySlice<Item>
    let cursor: ListingCursor?

    init(revision: UInt64, items: ArraySlice<Item>, cursor: ListingCursor?) {
        self.revision = revision
        self.items = items
        self.cursor = cursor
    }

    /// All of it.
    init(whole listing: KeptListing<Item>) {
        self.init(revision: listing.revision, items: listing.items[...], cursor: nil)
    }
}

/// Listings of which somebody has had the first page: few, and for a short while.
final class KeptListings<Item> {
    private struct Entry {
        let listing: KeptListing<Item>
        var lastUse: UInt64
    }

    /// How many are kept; when there are more, the one that waits longest is forgotten.
    static var capacity: Int { 8 }
    /// How long one waits for its next page, in milliseconds.
    static var patience: Int { 30_000 }

    private let clock: any ServerClock
    private var entries: [UInt64: Entry] = [:]
    private var last: UInt64 = 0
    private var isWatching = false

    init(clock: any ServerClock) { self.clock = clock }

    /// How many listings are kept now.
    var count: Int { entries.count }

    /// Keeps a listing for its later pages, if it has any.
    func firstPage(of listing: KeptListing<Item>, limit: Int, weight: (Item) -> Int) -> Listed<Item> {
        // A number that no listing had, neither of this daemon nor of one before it.
        last = max(last + 1, clock.now)
        let page = cut(listing, number: last, from: 0, limit: limit, weight: weight)
        if page.cursor != nil { keep(listing, last) }
        return page
    }

    /// A later page.
    ///
    /// - Throws: `conflict` when the listing is no longer kept.
    func page(_ cursor: ListingCursor, limit: Int, weight: (Item) -> Int) throws(RPCError) -> Listed<Item> {
        guard let entry = entries[cursor.listing], cursor.index < UInt64(entry.listing.items.count) else {
            throw RPCError(
                kind: .conflict, reason: "the listing of this cursor is gone", hint: "begin again without a cursor")
        }
        let page = cut(
            entry.listing, number: cursor.listing, from: Int(cursor.index), limit: limit, weight: weight)
        // Who has had the last page will not come again.
        entries[cursor.listing] = page.cursor == nil ? nil : Entry(listing: entry.listing, lastUse: clock.now)
        return page
    }

    private func cut(
        _ listing: KeptListing<Item>, number: UInt64, from start: Int, limit: Int, weight: (Item) -> Int
    ) -> Listed<Item> {
        var end = start
        var sum = 0
        while end < listing.items.count, end - start < limit {
            sum += weight(listing.items[end])
            if sum > Page.weight, end > start { break }
            end += 1
        }
        let cursor = end < listing.items.count ? ListingCursor(listing: number, index: UInt64(end)) : nil
        return Listed(revision: listing.revision, items: listing.items[start..<end], cursor: cursor)
    }

    private func keep(_ listing: KeptListing<Item>, _ number: UInt64) {
        entries[number] = Entry(listing: listing, lastUse: clock.now)
        if entries.count > Self.capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries[oldest.key] = nil
        }
        watch()
    }

    private func watch() {
        guard !isWatching, !entries.isEmpty else { return }
        isWatching = true
        clock.after(milliseconds: Self.patience) { [weak self] in
            guard let self else { return }
            isWatching = false
            let end = clock.now
            entries = entries.filter { end - $0.value.lastUse < UInt64(Self.patience) * 1_000_000 }
            watch()
        }
    }
}
