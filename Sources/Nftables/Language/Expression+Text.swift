// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension Expression: CustomStringConvertible {
    /// As nft reads it.
    public var description: String {
        switch self {
        case .meta(let key): key.rawValue
        case .field(let field): field.rawValue
        case .connection(let key): key.rawValue
        case .destinationType: "fib daddr type"
        case .generated(let generator, let modulus): "numgen \(generator.rawValue) mod \(modulus)"
        case .hash(let fields, let modulus, let seed, let offset):
            "jhash \(Self.joined(fields)) mod \(modulus) seed \(hexadecimal(seed))"
                + (offset == 0 ? "" : " offset \(offset)")
        case .symmetricHash(let modulus): "symhash mod \(modulus)"
        case .concatenation(let fields): Self.joined(fields)
        case .lookup(let key, let map): "\(key) map @\(map)"
        case .masked(let value, let mask): "\(value) & \(hexadecimal(mask, digits: 8))"
        case .constant(let constant): constant.text
        }
    }

    static func joined(_ fields: [Expression]) -> String { fields.map(\.description).joined(separator: " . ") }
}

extension Constant {
    var text: String {
        switch self {
        case .mark(let number): hexadecimal(number)
        case .transport(let number): transportText(number)
        case .state(let state): state.rawValue
        case .destinationTranslated: "dnat"
        case .confirmed: "confirmed"
        case .direction(let direction): direction.rawValue
        case .localAddress: "local"
        case .thisHost: "host"
        case .otherHost: "other"
        case .multicast: "multicast"
        case .packets(let family): family.text
        }
    }
}

/// `0x` and hexadecimal digits.
func hexadecimal(_ number: UInt32, digits: Int = 1) -> String {
    let text = String(number, radix: 16)
    return "0x" + String(repeating: "0", count: max(0, digits - text.count)) + text
}

/// Two hexadecimal digits.
func hexadecimalByte(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

/// A transport protocol as nft writes it (IANA protocol numbers).
func transportText(_ number: UInt8) -> String {
    switch number {
    case 6: "tcp"
    case 17: "udp"
    case 132: "sctp"
    default: String(number)
    }
}
