// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension Store {
    /// Copies the store as of now into `nftlb.db.backup`, checks the copy and puts it in the place of the last one, all on the
    /// store's thread. Commits go on meanwhile.
    ///
    /// - Parameter completion: called once, from `drainCompletions`.
    public func backUp(completion: @escaping (Result<Void, StoreError>) -> Void) {
        // What is committed while the copy is made may not be in it.
        hasChangedSinceBackup = false
        backupCompletions.append { [unowned self] result in
            if case .failure = result { self.hasChangedSinceBackup = true }
            completion(result)
        }
        worker.put(.backUp)
    }
}
