// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension LogPrefix {
    /// A word in a prefix that stands for something else.
    public enum Token: String, Sendable, Hashable, CaseIterable {
        /// The attribute that the line is about.
        case attribute = "KNAME"
        /// The place, or the type of a policy.
        case type = "TYPE"
        /// The farm.
        case farm = "FNAME"
        /// The address.
        case address = "ANAME"
        /// The policy.
        case policy = "PNAME"
        /// The backend.
        case backend = "BNAME"
    }

    /// The prefix with values in the place of their words; a word without a value stays as it is.
    ///
    /// What comes in is not looked through again: a farm may be called `BNAME`. Names have characters that a prefix has not:
    /// each byte of those becomes `?`. What is too long is cut.
    public func expanded(_ values: [Token: String]) -> LogPrefix {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let token = values.keys.first { rest.starts(with: $0.rawValue.utf8) }
            if let token, let value = values[token] {
                result += value.utf8.map { LogPrefix.isAllowed($0) ? $0 : UInt8(ascii: "?") }
                rest = rest.dropFirst(token.rawValue.utf8.count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return LogPrefix(unchecked: String(decoding: result.prefix(Self.maximumLength), as: UTF8.self))
    }
}
