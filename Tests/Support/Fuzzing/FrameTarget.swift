// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

enum FrameTarget {
    private static let limit = 1 << 12

    static func check(_ input: [UInt8]) throws(Finding) {
        let whole = try events([input[...]])
        // The bytes themselves say where they are cut.
        var pieces: [ArraySlice<UInt8>] = []
        var rest = input[...]
        while let first = rest.first {
            let piece = rest.prefix(Int(first & 15) + 1)
            pieces.append(piece)
            rest = rest.dropFirst(piece.count)
        }
        guard try events(pieces) == whole else { throw Finding("cuts make another stream of it") }
        guard try events(input.indices.map { input[$0...$0] }) == whole else {
            throw Finding("single bytes are another stream")
        }
    }

    private static func events(_ pieces: [ArraySlice<UInt8>]) throws(Finding) -> [FrameDecoder.Event] {
        var decoder = FrameDecoder(limit: limit)
        var events: [FrameDecoder.Event] = []
        for piece in pieces {
            var rest = piece
            while let event = decoder.next(from: &rest) { events.append(event) }
            guard rest.isEmpty else { throw Finding("bytes are left over") }
            guard decoder.heldBytes <= limit + 4 else { throw Finding("\(decoder.heldBytes) bytes are held") }
        }
        return events
    }
}
