// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What is handed bytes that nobody chose, and the law that holds whatever they are.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// A client's byte stream in pieces: the cuts change nothing, and nothing is held beyond the limit.
    case frame
    /// A text as JSON: what is read is written so that it reads back as the same.
    case json
    /// Messages on a connection, a line each: every reply is a reply, and the read-only socket changes nothing.
    case parameters
    /// A document or body of the C program's dialect: what is taken is taken again as it is printed.
    case dialect
    /// A reader's number, then a datagram of netlink: nothing is read beyond it.
    case netlink
    /// Rows of the store as text: a start takes them or refuses them, and goes on.
    case rows

    /// Hands `input` to the target.
    ///
    /// - Throws: `Finding` when the law does not hold. What is worse ends the process.
    package func check(_ input: [UInt8]) throws(Finding) {
        switch self {
        case .frame: try FrameTarget.check(input)
        case .json: try JSONTarget.check(input)
        case .parameters: try ParametersTarget.check(input)
        case .dialect: try DialectTarget.check(input)
        case .netlink: try NetlinkTarget.check(input)
        case .rows: try RowsTarget.check(input)
        }
    }

    /// Words that mean something to the target: for mutations, which would hardly find them.
    package var words: [String] {
        switch self {
        case .frame, .netlink: ["\u{0}\u{0}\u{0}\u{0}", "\u{0}\u{0}\u{0}\u{10}", "\u{4}\u{0}", "\u{1}\u{0}\u{1}\u{0}"]
        case .json: JSONTarget.words
        case .parameters: ParametersTarget.words
        case .dialect: DialectTarget.words
        case .rows: RowsTarget.words
        }
    }
}

/// A law that does not hold for an input.
package struct Finding: Error, CustomStringConvertible {
    /// Which one, and how.
    package let description: String

    init(_ description: String) { self.description = description }
}
