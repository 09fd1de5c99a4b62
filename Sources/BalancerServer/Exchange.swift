// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import JSON

/// One frame of a client and what answers it: the calls that were not started yet, and the answers so far.
///
/// Answers are kept as bytes, and all of them together never exceed the longest reply: a batch of a thousand listings
/// costs no more memory than one.
final class Exchange {
    /// One call and where its answer goes.
    struct Call {
        let index: Int
        let content: IncomingMessage.Call
    }

    /// Bytes of the frame, which count as unfinished input until the answer is there.
    let size: Int
    private let isBatch: Bool
    private let limit: Int
    /// All that was read of a large frame, to be given back afterwards.
    var read: JSONValue?
    /// What is sent behind the answer.
    var stream: (any NotificationSource)?
    private var calls: Queue<Call>
    private var answers: [[UInt8]?]
    private var unanswered: Int
    private var length = 0

    /// What a refused member of a batch needs at most, with an id of usual length.
    private static let reserve = 512

    init(_ message: IncomingMessage, size: Int, limit: Int) {
        self.size = size
        self.limit = limit
        calls = Queue()
        switch message {
        case .single(let call):
            isBatch = false
            calls.append(Call(index: 0, content: call))
        case .batch(let members):
            isBatch = true
            for (index, call) in members.enumerated() { calls.append(Call(index: index, content: call)) }
        }
        answers = Array(repeating: nil, count: calls.count)
        unanswered = calls.count
    }

    /// The next call to start, left where it is.
    var nextCall: Call? { calls.first }
    /// The next call has been started.
    func advance() { _ = calls.popFirst() }
    /// Whether all calls have their answers, or need none.
    var isFinished: Bool { unanswered == 0 }

    /// Sets the answer of a call, once; nil for a notification, which gets none.
    func answer(_ index: Int, _ response: Response?) {
        unanswered -= 1
        guard let response else { return }
        let bytes = response.json.serialized()
        switch response.outcome {
        case .result: set(index, response.id, bytes)
        case .error: add(index, bytes)
        }
    }

    /// Sets the answer of a call, once, to a result that is written already.
    func answer(_ index: Int, _ id: RequestID, text: [UInt8]) {
        unanswered -= 1
        set(index, id, Response.text(id: id, result: text))
    }

    /// Takes a result, if there is room for it.
    private func set(_ index: Int, _ id: RequestID, _ bytes: [UInt8]) {
        let room = limit - (isBatch ? unanswered * Self.reserve + answers.count + 1 : 0) - length
        add(index, bytes.count > room ? Response(id: id, error: .oversizedReply).json.serialized() : bytes)
    }

    private func add(_ index: Int, _ bytes: [UInt8]) {
        length += bytes.count
        answers[index] = bytes
    }

    /// The frame that answers, nil when there is nothing to say.
    func frame() -> [UInt8]? {
        let given = answers.compactMap { $0 }
        guard !given.isEmpty else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(length + given.count + 2 + Frame.headerLength)
        Frame.append(to: &output) { output in
            if isBatch { output.append(UInt8(ascii: "[")) }
            for (position, answer) in given.enumerated() {
                if position > 0 { output.append(UInt8(ascii: ",")) }
                output.append(contentsOf: answer)
            }
            if isBatch { output.append(UInt8(ascii: "]")) }
        }
        return output
    }
}
