// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerProtocol
internal import JSON

/// The client's side of a connection as a value: requests in, bytes out; bytes in, replies out. It does no I/O, so
/// that a program can drive it with whatever loop it has.
public struct ClientConnection: Sendable {
    /// What a server said.
    public enum Event: Sendable, Hashable {
        /// The answer to the request with this number.
        case reply(to: UInt64, Response.Outcome)
        /// A message that nobody asked for, like an event of a stream.
        case notification(Request)
    }

    /// The server broke the protocol; the connection is of no more use.
    public struct Violation: Error, Sendable, Hashable, CustomStringConvertible {
        /// What was wrong.
        public let description: String
    }

    private var decoder: FrameDecoder
    /// Requests are numbered from 1 on; those below `oldest` are all answered.
    private var oldest: UInt64 = 1
    private var next: UInt64 = 1
    /// Answered out of turn.
    private var answered: Set<UInt64> = []

    /// A new connection. Replies longer than `limit` are a violation.
    public init(limit: Int = Frame.requestLimit) {
        decoder = FrameDecoder(limit: limit)
    }

    /// How many requests wait for their reply.
    public var pendingCount: Int { Int(next - oldest) - answered.count }

    /// Appends a request to `output` and returns its number. Many may be sent before the first reply comes.
    public mutating func send(
        _ method: String, _ parameters: RequestParameters = .none, to output: inout [UInt8]
    ) -> UInt64 {
        let number = next
        next += 1
        let request = Request(id: .integer(number), method: method, parameters: parameters)
        Frame.append(to: &output) { request.json.write(to: &$0) }
        return number
    }

    /// Takes what was received and returns what it completes, in the order of its arrival.
    public mutating func receive(_ bytes: ArraySlice<UInt8>) throws(Violation) -> [Event] {
        var input = bytes
        var events: [Event] = []
        while let event = decoder.next(from: &input) {
            switch event {
            case .frame(let payload): try receive(payload: payload, into: &events)
            case .oversized(let length): throw Violation(description: "a reply of \(length) bytes")
            }
        }
        return events
    }

    /// Whether the stream may end here: nothing is unfinished and nothing is waited for.
    public var isIdle: Bool { decoder.isBetweenFrames && pendingCount == 0 }

    private mutating func receive(payload: [UInt8], into events: inout [Event]) throws(Violation) {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: payload)
        } catch {
            throw Violation(description: "a reply that is not JSON: \(error)")
        }
        for member in json.array ?? [json] {
            if let response = Response(json: member) {
                events.append(.reply(to: try take(response.id), response.outcome))
            } else if case .request(let request) = IncomingMessage.Call(json: member), request.isNotification {
                events.append(.notification(request))
            } else {
                throw Violation(description: "a message that is neither a reply nor a notification")
            }
        }
    }

    /// Strikes a request off the list of those that wait.
    private mutating func take(_ id: RequestID) throws(Violation) -> UInt64 {
        let number: UInt64
        switch id {
        case .number(let value):
            guard let parsed = value.unsigned else { throw Violation(description: "a reply to \(value.text)") }
            number = parsed
        case .null:
            // The server could not read the id (a frame beyond its limit): replies come in order, so it is the oldest's.
            number = oldest
        case .string(let text):
            throw Violation(description: "a reply to '\(text)', which was not asked")
        }
        guard number >= oldest, number < next, answered.insert(number).inserted else {
            throw Violation(description: "a reply to \(number), which does not wait for one")
        }
        while answered.remove(oldest) != nil { oldest += 1 }
        return number
    }
}
