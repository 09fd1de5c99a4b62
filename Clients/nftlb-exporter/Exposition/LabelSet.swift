// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Labels as they are written between the braces, made once and used for many series.
struct LabelSet: Sendable, Equatable {
    private(set) var bytes: [UInt8] = []

    /// No labels.
    static let none = LabelSet()

    /// No labels.
    init() {}

    /// Labels in this order.
    init(_ labels: KeyValuePairs<String, String>) {
        for (name, value) in labels { append(name, value) }
    }

    /// These labels and one more.
    func with(_ name: String, _ value: String) -> LabelSet {
        var more = self
        more.append(name, value)
        return more
    }

    private mutating func append(_ name: String, _ value: String) {
        if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
        bytes += name.utf8
        bytes += "=\"".utf8
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes += "\\\\".utf8
            case UInt8(ascii: "\""): bytes += "\\\"".utf8
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
