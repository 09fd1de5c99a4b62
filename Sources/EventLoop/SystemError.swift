// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Glibc

/// A system call or a call of libsystemd that failed.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was tried, in words: `bind /run/nftlb/nftlb.sock`.
    public let operation: String
    /// The system's number for the reason (errno(3)), positive.
    public let code: Int32

    /// Describes a failure; `code` may have either sign.
    public init(_ operation: String, code: Int32) {
        self.operation = operation
        self.code = abs(code)
    }

    /// The system's words for `code`.
    public var reason: String {
        // Safe with threads since glibc 2.32 (strerror(3)).
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }

    /// What was tried and why it failed.
    public var description: String { "\(operation): \(reason)" }
}

/// Turns the answer of a call that returns -errno into a value or an error.
@discardableResult
func checked(_ result: Int32, _ operation: @autoclosure () -> String) throws(SystemError) -> Int32 {
    guard result >= 0 else { throw SystemError(operation(), code: result) }
    return result
}

/// Turns the answer of a call that returns -1 and sets errno into a value or an error.
@discardableResult
func checkedErrno(_ result: Int32, _ operation: @autoclosure () -> String) throws(SystemError) -> Int32 {
    guard result >= 0 else { throw SystemError(operation(), code: errno) }
    return result
}
