// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import Nftables

/// The fields by which a client is known again: a set, since their order is always the canonical one.
public struct SessionFields: Sendable, Hashable {
    /// One bit for each field, in canonical order.
    private let bits: UInt8

    /// A set of fields; at least one.
    public init(_ fields: some Sequence<PacketField>) {
        bits = fields.reduce(0) { $0 | 1 << $1.position }
        precondition(bits != 0, "a client is known by something")
    }

    /// The fields of a name such as `srcip-srcport`; nil for any other text.
    public init?(name: some StringProtocol) {
        let words = name.split(separator: "-").map { PacketField(rawValue: String($0)) }
        let fields = words.compactMap(\.self)
        guard !fields.isEmpty, fields.count == words.count else { return nil }
        self.init(fields)
        guard self.name == name else { return nil }
    }

    /// The fields in canonical order.
    public var fields: [PacketField] { PacketField.allCases.filter { bits & 1 << $0.position != 0 } }

    /// As part of the names of maps: `srcip-srcport`.
    public var name: String { fields.map(\.rawValue).joined(separator: "-") }

    /// Whether the map of learnt sessions is keyed by hashes: nft 1.0.6 writes no map update whose key has more than four
    /// 32-bit words (ruleset.md 10), and one of them is the farm's.
    public func isHashed(in family: TableFamily) -> Bool {
        1 + fields.reduce(0) { $0 + $1.words(in: family) } > 4
    }

    /// Whether the map of static sessions is keyed by hashes: a declaration of more than five parts does not list right.
    public var isStaticHashed: Bool { fields.count > 4 }

    /// The two parts that are hashed apart: addresses and the rest; where one of them is empty, the other twice.
    public var hashedParts: [[PacketField]] {
        let addresses = fields.filter(\.isAddress)
        let others = fields.filter { !$0.isAddress }
        return [addresses.isEmpty ? others : addresses, others.isEmpty ? addresses : others]
    }

    /// Seeds of the two hashes: different, because both parts may be the same.
    public static let hashSeeds: [UInt32] = [1, 2]
    /// The hashes' modulus: a hash is less, so that the kernel's 32-bit modulus holds it.
    public static let hashModulus = UInt32.max
}

extension PacketField {
    /// Its place among the fields.
    fileprivate var position: UInt8 { UInt8(PacketField.allCases.firstIndex(of: self) ?? 0) }

    /// Whether it is an address of the IP header.
    var isAddress: Bool {
        switch self {
        case .srcip, .dstip: true
        case .srcport, .dstport, .srcmac, .dstmac: false
        }
    }

    /// Whether it is an address of the Ethernet header.
    var isHardwareAddress: Bool {
        switch self {
        case .srcmac, .dstmac: true
        case .srcip, .dstip, .srcport, .dstport: false
        }
    }

    /// How a rule reads it.
    func expression(in family: TableFamily) -> Expression {
        switch self {
        case .srcip: .field(family.source)
        case .dstip: .field(family.destination)
        case .srcport: .field(.sourcePort)
        case .dstport: .field(.destinationPort)
        case .srcmac: .field(.etherSource)
        case .dstmac: .field(.etherDestination)
        }
    }

    /// How many 32-bit registers of the kernel it takes.
    func words(in family: TableFamily) -> Int { expression(in: family).type.length / 4 }
}
