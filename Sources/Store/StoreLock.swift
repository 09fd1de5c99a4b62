// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Glibc

/// The claim of one process on a store: a locked file (flock(2)) that the kernel lets go of with the process.
///
/// SQLite's own exclusive mode would keep the backup from reading beside the writer.
final class StoreLock {
    private var descriptor: Int32

    init(path: String) throws(StoreError) {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreError("open \(path)", errno: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let owner = Self.content(descriptor)
            close(descriptor)
            guard reason == EWOULDBLOCK else { throw StoreError("lock \(path)", errno: reason) }
            throw StoreError(.inUse, "\(path): process \(owner) has the store")
        }
        // For the other one's message only; nothing depends on it.
        let owner = Array("\(getpid())\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = unsafe pwrite(descriptor, owner, owner.count, 0)
    }

    private static func content(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
        let digits = bytes.prefix(max(0, count)).filter { (48...57).contains($0) }
        return digits.isEmpty ? "unknown" : String(decoding: digits, as: UTF8.self)
    }

    /// Lets go of the store; the second time does nothing.
    func release() {
        guard descriptor >= 0 else { return }
        // A child that is being started at this moment has a copy of the descriptor until it runs its program (fork(2)), and
        // the lock belongs to all copies: unlocked here, not merely closed.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
        descriptor = -1
    }

    deinit { release() }
}
