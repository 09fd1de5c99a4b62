// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

@testable import Netlink

/// The first byte says who reads, the rest is what the kernel might have sent.
enum NetlinkTarget {
    private static let sets = [
        SetIdentity(family: 2, table: "nftlb", name: "plain", keyLength: 4, dataLength: 0),
        SetIdentity(family: 2, table: "nftlb", name: "map", keyLength: 8, dataLength: 4),
        SetIdentity(family: 10, table: "nftlb", name: "interval", keyLength: 48, dataLength: 4, isInterval: true),
        SetIdentity(
            family: 2, table: "nftlb", name: "ranges", keyLength: 8, dataLength: 0, isInterval: true, hasEnds: true),
    ]

    static func check(_ input: [UInt8]) throws(Finding) {
        guard let reader = input.first else { return }
        let datagram = Array(input.dropFirst())
        let bytes = unsafe datagram.span.bytes
        let set = sets[Int(reader & 3)]
        let detail = [ElementDetail.none, .counter, .lifetime][Int(reader >> 2) % 3]
        var part = ElementPart()
        var bounds: [RangeEncoding.Bound] = []
        var offset = 0
        while let message = bytes.message(at: &offset, end: datagram.count) {
            guard message.payload.upperBound <= datagram.count, offset <= datagram.count else {
                throw Finding("a message is longer than its datagram")
            }
            _ = bytes.error(in: message, operation: "fuzz")
            if set.hasEnds {
                bounds += bytes.bounds(message, set)
            } else {
                let before = part.position
                if (try? part.append(bytes, message, set, detail)) == nil { part.cut(to: before) }
            }
            _ = ConntrackEntry(bytes, message)
            _ = TableEvents.event(bytes, message, port: 0)
            walk(AttributeList(bytes.copy(message.attributes)[...]), depth: 0)
        }
        let length = set.keyLength + set.dataLength
        guard part.bytes.count.isMultiple(of: length) else { throw Finding("an element is not whole") }
        if set.hasEnds {
            let ranges = RangeEncoding(set).ranges(bounds)
            guard ranges.count.isMultiple(of: set.keyLength) else { throw Finding("a range is not whole") }
        }
    }

    private static func walk(_ list: AttributeList, depth: Int) {
        for attribute in list {
            _ = attribute.string
            _ = attribute.number
            _ = UserData.comment(in: attribute.value)
            if depth < 4 { walk(attribute.nested, depth: depth + 1) }
        }
    }
}
