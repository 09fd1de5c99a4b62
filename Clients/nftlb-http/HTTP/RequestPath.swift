// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The parts of a path between its slashes, percent escapes resolved. A query is no part of its own, as in the C program:
/// `/farms?x=1` is not `/farms`.
struct RequestPath: Sendable, Equatable {
    let parts: [String]

    /// The parts of a request's target: its path, or a whole address as proxies are sent.
    init(target: String) {
        let slash = UInt8(ascii: "/")
        var text = target.utf8[...]
        if let first = text.first, first != slash {
            text = text.drop { $0 != slash }
            guard text.starts(with: "//".utf8) else {
                parts = []
                return
            }
            text = text.dropFirst(2).drop { $0 != slash }
        }
        parts = text.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map(RequestPath.unescaped)
    }

    /// `%2f` is a slash within a part; what is no escape stays as it is.
    private static func unescaped(_ part: Substring.UTF8View) -> String {
        guard part.contains(UInt8(ascii: "%")) else { return String(Substring(part)) }
        var bytes: [UInt8] = []
        var rest = part
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            if byte == UInt8(ascii: "%"), digits.count == 2 {
                bytes.append(UInt8(digits[0] << 4 | digits[1]))
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
