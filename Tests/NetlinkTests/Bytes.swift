// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Bytes written as people read them: hexadecimal pairs, one field a line, a comment behind `//`.
func bytes(_ text: String) -> [UInt8] {
    text.split(separator: "\n").flatMap { line in
        line.prefix { $0 != "/" }.split(separator: " ").map { pair in
            UInt8(pair, radix: 16)!
        }
    }
}

/// Four bytes a line, for comparing in a failing test.
func lines(_ bytes: [UInt8]) -> [String] {
    stride(from: 0, to: bytes.count, by: 4).map { start in
        bytes[start..<min(start + 4, bytes.count)]
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            .joined(separator: " ")
    }
}

/// A 32-bit number as it lies in memory.
func host(_ number: UInt32) -> [UInt8] {
    unsafe withUnsafeBytes(of: number) { unsafe Array($0) }
}
