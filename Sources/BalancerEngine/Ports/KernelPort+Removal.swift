// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

extension KernelPort {
    /// Deletes elements that traffic has made, as far as they are there, in batches of their own.
    ///
    /// Linux 6.1 cannot be told to delete what may be missing (DESTROY is of 6.3): what is there is looked up and then
    /// deleted. An element that expires between the two refuses its batch, which is then looked up again; where elements
    /// expire all the time, the batches get smaller, until a single one that is refused is known to be gone.
    ///
    /// - Parameter limit: elements in one batch.
    /// - Returns: how many were deleted.
    @discardableResult
    func removePresent(_ keys: ElementList, limit: Int) throws(KernelFailure) -> Int {
        var removed = 0
        for part in keys.keys.cut(limit) { removed += try removePart(part, attempts: 3) }
        return removed
    }

    private func removePart(_ keys: ElementList, attempts: Int) throws(KernelFailure) -> Int {
        let present = try lookup(keys, dataLength: 0)
        if present.isEmpty { return 0 }
        do throws(KernelFailure) {
            try commit(Transaction([.delete(present)]))
            return present.count
        } catch {
            guard error.kind == .refused(errno: KernelError.missing) else { throw error }
            if attempts > 1 { return try removePart(present, attempts: attempts - 1) }
            if present.count == 1 { return 0 }
            let half = present.count / 2
            return try removePart(present.slice(0..<half), attempts: 1)
                + removePart(present.slice(half..<present.count), attempts: 1)
        }
    }
}
