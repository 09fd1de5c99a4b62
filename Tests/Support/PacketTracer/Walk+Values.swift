// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

extension Walk {
    /// Numbers below a greater modulus are keys of sessions, not of slots: any of them stands for all.
    private static let drawnAtMost: UInt32 = 65536

    /// The values an expression can have, each with its share; none where a lookup misses. Padded as in the registers.
    func values(_ expression: Expression, _ traveller: Traveller) -> [([UInt8], Double)] {
        switch expression {
        case .meta(.transport): [([packet.transport, 0, 0, 0], 1)]
        case .meta(.priority): [(ElementBytes.bytes(traveller.outcome.priority), 1)]
        case .meta(.mark): [(ElementBytes.bytes(traveller.outcome.packetMark), 1)]
        case .field(.ipSource), .field(.ip6Source): [(packet.source, 1)]
        case .field(.ipDestination), .field(.ip6Destination): [(packet.destination, 1)]
        case .field(.sourcePort), .field(.tcpSourcePort), .field(.udpSourcePort):
            [(ElementBytes.port(packet.sourcePort), 1)]
        case .field(.destinationPort), .field(.tcpDestinationPort), .field(.udpDestinationPort):
            [(ElementBytes.port(packet.destinationPort), 1)]
        case .connection(.mark): [(ElementBytes.bytes(traveller.outcome.connectionMark), 1)]
        case .connection(.direction): [([packet.connection?.isReply == true ? 1 : 0, 0, 0, 0], 1)]
        case .field(.tcpFlags): packet.transport == 6 ? [([packet.tcpFlags, 0, 0, 0], 1)] : []
        // A packet of the balancer itself has no hardware addresses.
        case .field(.etherSource), .field(.etherDestination):
            packet.origin == .host ? [] : [([UInt8](repeating: 0, count: 8), 1)]
        case .hash(let fields, _, _, _) where fields.contains { values($0, traveller).isEmpty }: []
        // The first step of a hash in two steps: which value it has does not matter, only that it has the bit.
        case .hash(_, let modulus, _, let offset) where offset != 0 || modulus > Self.drawnAtMost:
            [(ElementBytes.bytes(offset), 1)]
        case .generated(_, let modulus), .hash(_, let modulus, _, _), .symmetricHash(let modulus):
            (0..<modulus).map { (ElementBytes.bytes($0), 1 / Double(modulus)) }
        case .concatenation(let fields):
            fields.reduce([([], 1)]) { prefixes, field in
                let tails = values(field, traveller)
                return prefixes.flatMap { prefix in tails.map { (prefix.0 + $0.0, prefix.1 * $0.1) } }
            }
        case .lookup(let key, let map):
            values(key, traveller).compactMap { key, share in
                table.sets[map]?.find(key).map { ($0, share) }
            }
        case .masked(let value, let mask):
            values(value, traveller).map { (ElementBytes.bytes(ElementBytes.number($0.0) & mask), $0.1) }
        case .constant(.mark(let number)): [(ElementBytes.bytes(number), 1)]
        case .constant(.transport(let number)): [([number, 0, 0, 0], 1)]
        case .connection(.state), .connection(.status), .destinationType, .constant, .meta(.packetType),
            .meta(.inputInterface), .field:
            []
        }
    }

    /// Flags and words are compared by what they mean, values by their bytes.
    func compare(_ left: Expression, _ relation: Relation, _ right: Expression, _ traveller: Traveller) -> Bool {
        let equal: Bool
        switch (left, right) {
        case (.connection(.state), .constant(.state(let state))):
            equal = state == (packet.isInvalid ? .invalid : packet.connection == nil ? .new : .established)
        case (.connection(.status), .constant(.destinationTranslated)):
            // Set as soon as a nat chain has translated, so it holds at postrouting of the first packet, too.
            equal = packet.connection?.isTranslated ?? (traveller.outcome.address != nil)
        case (.connection(.status), .constant(.confirmed)): equal = packet.connection != nil
        case (.connection(.direction), .constant(.direction(let direction))):
            if packet.isInvalid { return false }
            equal = (direction == .reply) == (packet.connection?.isReply ?? false)
        case (.destinationType, .constant(.localAddress)):
            equal = packet.isDestinationLocal
        default:
            equal = values(left, traveller).first?.0 == values(right, traveller).first?.0
        }
        return relation == .notEqual ? !equal : equal
    }
}

extension Ruleset.SetContents {
    /// The data of the element that a key meets.
    func find(_ key: [UInt8]) -> [UInt8]? {
        guard declaration.isInterval else { return elements[key] }
        return elements.first { covers(key, first: $0.key.prefix(key.count), last: $0.key.suffix(key.count)) }?.value
    }

    /// Whether each field of a key is between those of an element: words of the machine are equal or not, all else is in
    /// network order.
    private func covers(_ key: [UInt8], first: ArraySlice<UInt8>, last: ArraySlice<UInt8>) -> Bool {
        var offset = 0
        for field in declaration.keyFields {
            let part = { (bytes: ArraySlice<UInt8>) in bytes.dropFirst(offset).prefix(field.length) }
            let value = part(key[...])
            if value.lexicographicallyPrecedes(part(first)) || part(last).lexicographicallyPrecedes(value) {
                return false
            }
            offset += field.length
        }
        return true
    }
}
