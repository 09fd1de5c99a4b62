// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import JSON

/// Everything that answers one frame.
public enum Reply: Sendable, Hashable {
    /// The answer to a single request.
    case single(Response)

    /// The answers to a batch, in the order of its members, without the notifications.
    case batch([Response])

    /// The frame to send; nil when there is nothing to say (a batch of notifications). A response that would make
    /// the payload longer than `limit` is replaced by an error that says to ask for pages.
    public func frame(limit: Int = Frame.replyLimit) -> [UInt8]? {
        var output: [UInt8] = []
        switch self {
        case .single(let response):
            Frame.append(to: &output) { response.write(to: &$0, end: limit + Frame.headerLength) }
        case .batch(let responses):
            guard responses.isEmpty == false else { return nil }
            // What a refused member and the brackets need is set aside, so that every member gets its answer.
            Frame.append(to: &output) { output in
                output.append(UInt8(ascii: "["))
                for (index, response) in responses.enumerated() {
                    if index > 0 { output.append(UInt8(ascii: ",")) }
                    let reserve = (responses.count - index - 1) * Self.reservedForRefusal + 1
                    response.write(to: &output, end: limit + Frame.headerLength - reserve)
                }
                output.append(UInt8(ascii: "]"))
            }
        }
        return output
    }

    /// Bytes of a refusal with an id of the greatest length, every byte of it escaped.
    private static let reservedForRefusal = 512 + 6 * RequestID.lengthLimit
}

extension Response {
    /// Appends the response, or its refusal when `output` would then be longer than `end`.
    func write(to output: inout [UInt8], end: Int) {
        let start = output.count
        json.write(to: &output)
        guard output.count > end else { return }
        output.removeSubrange(start...)
        Response(id: id, error: refusal).json.write(to: &output)
    }

    private var refusal: RPCError {
        switch outcome {
        case .result: .oversizedReply
        case .error(let error):
            RPCError(
                code: error.code, message: "see the single reply",
                details: error.kind.map {
                    RPCError.Details(kind: $0, reason: "the errors of this batch are too long for one reply")
                })
        }
    }
}
