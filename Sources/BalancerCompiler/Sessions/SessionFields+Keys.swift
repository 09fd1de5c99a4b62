// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import Nftables

extension SessionFields {
    /// The key under which the kernel keeps a static session of a farm; values in the order of the fields.
    public func staticKey(farm: UInt16, _ values: [SessionKey.Value]) -> [UInt8] {
        ElementBytes.bytes(UInt32(farm)) + (isStaticHashed ? hashes(values) : Self.bytes(values))
    }

    /// The key under which the kernel keeps a learnt session of a farm.
    public func learntKey(farm: UInt16, _ values: [SessionKey.Value], in family: TableFamily) -> [UInt8] {
        ElementBytes.bytes(UInt32(farm)) + (isHashed(in: family) ? hashes(values) : Self.bytes(values))
    }

    /// What rules compute: one hash of the addresses and one of the rest.
    public func hashes(_ values: [SessionKey.Value]) -> [UInt8] {
        let byField = Dictionary(uniqueKeysWithValues: zip(fields, values))
        return zip(hashedParts, Self.hashSeeds).flatMap { part, seed in
            let bytes = Self.hashedBytes(part.compactMap { byField[$0] })
            return ElementBytes.bytes(JenkinsHash.hash(bytes, seed: seed, modulus: Self.hashModulus))
        }
    }

    /// The first of the two hashes, from the first fields alone: five fields or more have an address, and addresses come
    /// first.
    func firstHash(_ values: [SessionKey.Value]) -> [UInt8] {
        let byField = Dictionary(uniqueKeysWithValues: zip(fields, values))
        let bytes = Self.hashedBytes(hashedParts[0].compactMap { byField[$0] })
        return ElementBytes.bytes(JenkinsHash.hash(bytes, seed: Self.hashSeeds[0], modulus: Self.hashModulus))
    }

    /// As the registers hold them, each field padded to four bytes.
    static func bytes(_ values: [SessionKey.Value]) -> [UInt8] {
        values.flatMap { value in
            let bytes = value.bytes
            return bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
        }
    }

    /// A hash over one field is over its bytes, over several with their padding (Linux 6.1 to 6.18, nft 1.0.6).
    static func hashedBytes(_ values: [SessionKey.Value]) -> [UInt8] {
        values.count == 1 ? values[0].bytes : bytes(values)
    }
}

extension SessionKey.Value {
    /// In network order, not padded.
    fileprivate var bytes: [UInt8] {
        switch self {
        case .address(let address): address.bytes
        case .port(let port): [UInt8(port.number >> 8), UInt8(port.number & 0xff)]
        case .hardwareAddress(let address): address.bytes
        }
    }
}
