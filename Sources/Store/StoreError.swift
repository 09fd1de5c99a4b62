// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CSQLite
internal import Glibc

/// Why the store did not do what was asked.
public struct StoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What the caller can make of it.
    public enum Kind: Sendable {
        /// The file is not what it should be: nothing in it is to be trusted until it is replaced.
        case damaged
        /// A newer version of this program wrote the file.
        case newer
        /// Another process has the store.
        case inUse
        /// There is no room: nothing was changed, and the same may succeed later.
        case full
        /// The file cannot be opened or may not be written.
        case inaccessible
        /// Reading or writing failed.
        case inputOutput
    }

    /// What the caller can make of it.
    public let kind: Kind
    /// What was tried, and the words of the library or the system about it.
    public let message: String

    /// Describes a failure.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The message.
    public var description: String { message }
}

extension StoreError {
    /// From a system call that failed.
    init(_ operation: String, errno code: Int32) {
        let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        self.init(Self.kind(errno: code), "\(operation): \(reason)")
    }

    /// From a result code of SQLite, with the connection's own words.
    init(_ operation: String, result: Int32, systemError: Int32, text: String) {
        let kind: Kind
        switch result & 0xff {
        case SQLITE_CORRUPT, SQLITE_NOTADB: kind = .damaged
        case SQLITE_FULL: kind = .full
        case SQLITE_BUSY, SQLITE_LOCKED: kind = .inUse
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: kind = .inaccessible
        case SQLITE_CANTOPEN: kind = systemError == ENOSPC ? .full : .inaccessible
        case SQLITE_IOERR: kind = Self.kind(errno: systemError)
        default: kind = .inputOutput
        }
        var message = "\(operation): \(text)"
        if systemError != 0, let reason = unsafe strerror(systemError) {
            unsafe message += " (\(String(cString: reason)))"
        }
        self.init(kind, message)
    }

    private static func kind(errno code: Int32) -> Kind {
        switch code {
        case ENOSPC, EDQUOT, EFBIG: .full
        case EACCES, EPERM, EROFS, ENOENT, ENOTDIR: .inaccessible
        default: .inputOutput
        }
    }
}
