// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import Testing

@Suite("Frames")
struct FrameTests {
    /// Everything that the decoder says about `bytes`, passed in the given cuts.
    static func events(_ pieces: some Sequence<[UInt8]>, limit: Int = 1_000) -> [FrameDecoder.Event] {
        var decoder = FrameDecoder(limit: limit)
        var events: [FrameDecoder.Event] = []
        for piece in pieces {
            var input = piece[...]
            while let event = decoder.next(from: &input) { events.append(event) }
            #expect(input.isEmpty)
        }
        return events
    }

    private func expect(
        _ expected: FrameDecoder.Event?, _ decoder: inout FrameDecoder, _ input: inout ArraySlice<UInt8>,
        at location: SourceLocation = #_sourceLocation
    ) {
        let event = decoder.next(from: &input)
        #expect(event == expected, sourceLocation: location)
    }

    @Test("A frame is its length, most significant byte first, and its payload")
    func layout() {
        #expect(Frame.encode(Array("{}".utf8)) == [0, 0, 0, 2, 0x7b, 0x7d])
        #expect(Frame.encode([UInt8](repeating: 1, count: 0x1_02_03)).prefix(5) == [0, 1, 2, 3, 1])
        var output: [UInt8] = [9]
        Frame.append(to: &output) { $0.append(7) }
        #expect(output == [9, 0, 0, 0, 1, 7])
    }

    @Test("Any cuts give the same frames")
    func cuts() {
        for seed in 0..<1_000 { cuts(seed: UInt64(seed)) }
    }

    private func cuts(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var stream: [UInt8] = []
        var expected: [FrameDecoder.Event] = []
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
            let length = [0, 1, 3, 5, 40, 100, 101, 300].randomElement(using: &generator) ?? 0
            let payload = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            stream += Frame.encode(payload)
            expected.append(length > 100 ? .oversized(length: length) : .frame(payload))
        }
        var pieces: [[UInt8]] = []
        var rest = stream[...]
        while rest.isEmpty == false {
            let piece = rest.prefix(Int.random(in: 1...60, using: &generator))
            pieces.append(Array(piece))
            rest = rest.dropFirst(piece.count)
        }
        #expect(Self.events(pieces, limit: 100) == expected, "seed \(seed)")
        #expect(Self.events([stream], limit: 100) == expected, "seed \(seed)")
        #expect(Self.events(stream.map { [$0] }, limit: 100) == expected, "seed \(seed)")
    }

    @Test("Any bytes at all are frames, oversized frames or unfinished; nothing else happens")
    func noise() {
        for seed in 0..<500 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let bytes = (0..<2_000).map { _ in UInt8.random(in: 0...2, using: &generator) }
            let whole = Self.events([bytes], limit: 1 << 17)
            #expect(whole == Self.events(bytes.map { [$0] }, limit: 1 << 17), "seed \(seed)")
        }
    }

    @Test("A frame beyond the limit is reported once, holds no memory, and the next one is read")
    func oversized() {
        var decoder = FrameDecoder(limit: Frame.readOnlyRequestLimit)
        var input = (Frame.encode([UInt8](repeating: 0, count: Frame.readOnlyRequestLimit + 1)) + Frame.encode([5]))[
            ...]
        expect(.oversized(length: Frame.readOnlyRequestLimit + 1), &decoder, &input)
        #expect(decoder.heldBytes == 0 && decoder.isBetweenFrames == false)
        expect(.frame([5]), &decoder, &input)
        #expect(decoder.isBetweenFrames)
        expect(nil, &decoder, &input)
    }

    @Test("The longest frame of a socket is taken", arguments: [Frame.readOnlyRequestLimit, Frame.requestLimit])
    func longest(limit: Int) {
        var decoder = FrameDecoder(limit: limit)
        var input = Frame.encode([UInt8](repeating: 32, count: limit))[...]
        guard case .frame(let payload) = decoder.next(from: &input) else {
            Issue.record("no frame")
            return
        }
        #expect(payload.count == limit)
    }

    @Test("What is held is counted, and can be dropped without losing step")
    func budget() {
        var decoder = FrameDecoder(limit: 100)
        var input: ArraySlice<UInt8> = [0, 0]
        expect(nil, &decoder, &input)
        #expect(decoder.heldBytes == 2 && decoder.wantedBytes == 2)
        input = [0, 10, 1, 2, 3]
        expect(nil, &decoder, &input)
        #expect(decoder.heldBytes == 7 && decoder.wantedBytes == 7)
        let dropped = decoder.dropUnfinishedFrame()
        #expect(dropped && decoder.heldBytes == 0)
        let droppedAgain = decoder.dropUnfinishedFrame()
        #expect(droppedAgain == false)
        input = [4, 5, 6, 7, 8, 9, 10, 0, 0, 0, 1, 42]
        expect(.frame([42]), &decoder, &input)
    }
}
