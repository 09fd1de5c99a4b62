// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

extension Walk {
    /// The values an expression can have, each with its share; none where a lookup misses. Padded as in the registers.
    func values(_ expression: Expression, _ traveller: Traveller) -> [([UInt8], Double)] {
        switch expression {
        case .meta(.transport): [([packet.transport, 0, 0, 0], 1)]
        case .meta(.priority): [(ElementBytes.bytes(traveller.outcome.priority), 1)]
        case .meta(.mark): [([0, 0, 0, 0], 1)]
        case .field(.ipSource), .field(.ip6Source): [(packet.source, 1)]
        case .field(.ipDestination), .field(.ip6Destination): [(packet.destination, 1)]
        case .field(.sourcePort): [(ElementBytes.port(packet.sourcePort), 1)]
        case .field(.destinationPort): [(ElementBytes.port(packet.destinationPort), 1)]
        case .connection(.mark): [(ElementBytes.bytes(traveller.outcome.connectionMark), 1)]
        case .connection(.direction): [([packet.connection?.isReply == true ? 1 : 0, 0, 0, 0], 1)]
        case .generated(_, let modulus), .hash(_, let modulus, _):
            (0..<modulus).map { (ElementBytes.bytes($0), 1 / Double(modulus)) }
        case .concatenation(let fields):
            fields.reduce([([], 1)]) { prefixes, field in
                let tails = values(field, traveller)
                return prefixes.flatMap { prefix in tails.map { (prefix.0 + $0.0, prefix.1 * $0.1) } }
            }
        case .lookup(let key, let map):
            values(key, traveller).compactMap { key, share in
                table.sets[map]?.elements[key].map { ($0, share) }
            }
        case .masked(let value, let mask):
            values(value, traveller).map { (ElementBytes.bytes(ElementBytes.number($0.0) & mask), $0.1) }
        case .constant(.mark(let number)): [(ElementBytes.bytes(number), 1)]
        case .constant(.transport(let number)): [([number, 0, 0, 0], 1)]
        case .connection(.state), .connection(.status), .destinationType, .constant: []
        }
    }

    /// Flags and words are compared by what they mean, values by their bytes.
    func compare(_ left: Expression, _ relation: Relation, _ right: Expression, _ traveller: Traveller) -> Bool {
        let equal: Bool
        switch (left, right) {
        case (.connection(.state), .constant(.state(let state))):
            equal = state == (packet.connection == nil ? .new : .established)
        case (.connection(.status), .constant(.destinationTranslated)):
            // Set as soon as a nat chain has translated, so it holds at postrouting of the first packet, too.
            equal = packet.connection?.isTranslated ?? (traveller.outcome.address != nil)
        case (.connection(.direction), .constant(.direction(let direction))):
            equal = (direction == .reply) == (packet.connection?.isReply ?? false)
        case (.destinationType, .constant(.localAddress)):
            equal = packet.isDestinationLocal
        default:
            equal = values(left, traveller).first?.0 == values(right, traveller).first?.0
        }
        return relation == .notEqual ? !equal : equal
    }
}
