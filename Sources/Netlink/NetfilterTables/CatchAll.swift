// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl
internal import Glibc

/// The element of a set or map that stands for all keys without one of their own (nft: `*`). It has no key.
extension NetfilterTables {
    /// Deletes it from sets that have one, in one transaction.
    ///
    /// By netlink: libnftables 1.0.6 does not survive such an element in a set of intervals.
    ///
    /// - Returns: how many sets had one.
    public func deleteCatchAlls(of sets: [SetIdentity]) throws(NetlinkError) -> Int {
        var batch = NetfilterBatch()
        var count = 0
        for set in sets where try hasCatchAll(set) {
            batch.appendDeletionOfCatchAll(of: set)
            count += 1
        }
        guard count > 0 else { return 0 }
        do {
            try commit(batch.finished())
        } catch {
            throw error.error
        }
        return count
    }

    private func hasCatchAll(_ set: SetIdentity) throws(NetlinkError) -> Bool {
        var request = NetlinkRequest(
            NFT_MSG_GETSETELEM, family: set.family, operation: "look for * in \(set.table) \(set.name)")
        request.attributes = { message in
            message.attribute(Number.elementListTable, string: set.table)
            message.attribute(Number.elementListSet, string: set.name)
            message.nest(Number.elementListElements) { $0.catchAll() }
        }
        do {
            try conversation.exchange(request) { _, _ in }
            return true
        } catch  where error.errno == ENOENT {
            return false
        }
    }
}

extension MessageBuilder {
    /// The element without a key.
    mutating func catchAll() {
        nest(Number.element) { $0.attribute(Number.elementFlags, number: Number.catchAll) }
    }
}
