// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A JSON number without loss: whole numbers of 64 bits as such, everything else as its text.
public struct JSONNumber: Sendable, Hashable, CustomStringConvertible {
    private enum Storage: Sendable, Hashable {
        case signed(Int64)
        case unsigned(UInt64)
        case text(String)
    }

    private let storage: Storage

    /// A whole number of any width; beyond 64 bits it keeps its digits.
    public init(_ value: some BinaryInteger) {
        if let signed = Int64(exactly: value) {
            storage = .signed(signed)
        } else if let unsigned = UInt64(exactly: value) {
            storage = .unsigned(unsigned)
        } else {
            storage = .text(String(value))
        }
    }

    /// A number that the reader has checked against the grammar of RFC 8259 section 6.
    init(checked text: String) { storage = .text(text) }

    /// The value, when it was written as a whole number (no fraction, no exponent) and fits.
    public var integer: Int64? {
        switch storage {
        case .signed(let value): value
        case .unsigned, .text: nil
        }
    }

    /// The value, when it was written as a whole number (no sign, fraction or exponent) and fits.
    public var unsigned: UInt64? {
        switch storage {
        case .signed(let value): UInt64(exactly: value)
        case .unsigned(let value): value
        case .text: nil
        }
    }

    /// The nearest floating-point number; infinite when it is beyond all.
    public var approximation: Double {
        switch storage {
        case .signed(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .text(let text): Double(text) ?? .nan
        }
    }

    /// The number as JSON text.
    public var text: String {
        switch storage {
        case .signed(let value): String(value)
        case .unsigned(let value): String(value)
        case .text(let text): text
        }
    }

    /// The number as JSON text.
    public var description: String { text }
}
