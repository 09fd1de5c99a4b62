// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The hardware address of a network interface: six bytes.
public struct MACAddress: Sendable, Hashable {
    private let value: UInt64

    /// An address from six groups of two hexadecimal digits with colons or hyphens between them.
    public init(_ text: String) throws(InvalidValue) {
        var (value, digits): (UInt64, Int) = (0, 0)
        var separator: Character?
        for (offset, character) in text.enumerated() {
            if offset % 3 == 2 {
                guard character == ":" || character == "-", separator ?? character == character else {
                    throw MACAddress.invalid(text)
                }
                separator = character
            } else {
                guard character.isASCII, let digit = character.hexDigitValue else { throw MACAddress.invalid(text) }
                value = value << 4 | UInt64(digit)
                digits += 1
            }
            guard offset < 17 else { throw MACAddress.invalid(text) }
        }
        guard digits == 12 else { throw MACAddress.invalid(text) }
        self.value = value
    }

    /// An address from its six bytes; nil for any other count.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 6 else { return nil }
        value = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The six bytes in the order of the text.
    public var bytes: [UInt8] {
        stride(from: 40, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func invalid(_ text: String) -> InvalidValue {
        InvalidValue("\"\(text)\" is not a hardware address", hint: "write 02:00:5e:10:00:01")
    }
}

extension MACAddress: CustomStringConvertible {
    /// Lower case with colons.
    public var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }
}
