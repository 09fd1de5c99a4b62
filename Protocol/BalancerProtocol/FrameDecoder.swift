// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Cuts a stream of bytes into frames.
///
/// A value without I/O: the caller reads, passes what it read, and gets one event after the other. The length of a
/// frame is compared with the limit before anything is kept; a frame that is too long is reported once, when its
/// length is known, and its bytes are dropped as they arrive, so the connection can go on behind it. Memory grows
/// with what arrived, never with what a peer announced.
public struct FrameDecoder: Sendable {
    /// What the stream contained.
    public enum Event: Sendable, Equatable {
        /// The payload of a whole frame.
        case frame([UInt8])
        /// A frame of `length` bytes begins, which is more than the limit; it is skipped.
        case oversized(length: Int)
    }

    /// The longest payload that is accepted.
    public let limit: Int

    private enum State {
        case header(value: UInt32, count: Int)
        case body(missing: Int)
        case skipping(missing: Int)
    }

    private var state = State.header(value: 0, count: 0)
    private var body: [UInt8] = []

    /// What is reserved for a frame when its length becomes known; the rest is grown as bytes arrive.
    private static let firstReservation = 64 << 10

    /// A decoder at the beginning of a stream. `limit` is one of the limits of ``Frame`` or smaller.
    public init(limit: Int = Frame.requestLimit) {
        self.limit = limit
    }

    /// Bytes of an unfinished frame that are held in memory, for a budget over all connections.
    public var heldBytes: Int {
        switch state {
        case .header(_, let count): count
        case .body: Frame.headerLength + body.count
        case .skipping: 0
        }
    }

    /// Whether the stream may end here: no frame is unfinished.
    public var isBetweenFrames: Bool {
        if case .header(_, 0) = state { true } else { false }
    }

    /// How many bytes end the frame or the length that is being read; a hint for the size of the next read.
    public var wantedBytes: Int {
        switch state {
        case .header(_, let count): Frame.headerLength - count
        case .body(let missing), .skipping(let missing): missing
        }
    }

    /// Takes bytes from the front of `input` until an event is complete; nil when `input` is used up before.
    public mutating func next(from input: inout ArraySlice<UInt8>) -> Event? {
        while true {
            switch state {
            case .header(let value, let count):
                guard let byte = input.popFirst() else { return nil }
                let value = value << 8 | UInt32(byte)
                guard count + 1 == Frame.headerLength else {
                    state = .header(value: value, count: count + 1)
                    continue
                }
                if let event = begin(length: Int(value)) { return event }
            case .body(let missing):
                let taken = input.prefix(missing)
                body.append(contentsOf: taken)
                input.removeFirst(taken.count)
                guard taken.count == missing else {
                    state = .body(missing: missing - taken.count)
                    return nil
                }
                return finish()
            case .skipping(let missing):
                let taken = min(missing, input.count)
                input.removeFirst(taken)
                guard taken == missing else {
                    state = .skipping(missing: missing - taken)
                    return nil
                }
                state = .header(value: 0, count: 0)
            }
        }
    }

    /// Forgets an unfinished frame but stays in step with the stream: its remaining bytes are skipped. For a server
    /// whose budget for unfinished input is used up. Returns whether there was one.
    public mutating func dropUnfinishedFrame() -> Bool {
        guard case .body(let missing) = state else { return false }
        body = []
        state = .skipping(missing: missing)
        return true
    }

    private mutating func begin(length: Int) -> Event? {
        guard length <= limit else {
            state = .skipping(missing: length)
            return .oversized(length: length)
        }
        body.reserveCapacity(min(length, Self.firstReservation))
        state = .body(missing: length)
        return length == 0 ? finish() : nil
    }

    private mutating func finish() -> Event {
        state = .header(value: 0, count: 0)
        defer { body = [] }
        return .frame(body)
    }
}
