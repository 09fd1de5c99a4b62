// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Glibc

/// What the kernel, or the socket, refused: in the kernel's own words where it has any.
public struct NetlinkError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The errno, positive.
    public var errno: Int32
    /// The text of the extended acknowledgement (NLMSGERR_ATTR_MSG), if the kernel gave one.
    public var message: String?
    /// Where in the message the kernel saw the fault: the byte offset of an attribute, counted from the message's header
    /// (NLMSGERR_ATTR_OFFS).
    public var offset: Int?
    /// The sequence number of the message that failed; nil when the failure is the socket's.
    public var sequence: UInt32?
    /// What was being done.
    public var operation: String

    /// Makes an error.
    public init(
        errno: Int32, message: String? = nil, offset: Int? = nil, sequence: UInt32? = nil, operation: String
    ) {
        self.errno = errno
        self.message = message
        self.offset = offset
        self.sequence = sequence
        self.operation = operation
    }

    /// The kernel's words: its own message, or strerror(3).
    public var words: String {
        if let message { return message }
        return unsafe String(cString: strerror(errno))
    }

    /// For logs: what was done, and the kernel's words.
    public var description: String {
        "\(operation): \(words)"
    }
}
