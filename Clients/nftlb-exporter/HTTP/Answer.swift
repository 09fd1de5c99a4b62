// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What is sent back.
struct Answer: Sendable {
    var status: Int
    var contentType = "text/plain; charset=utf-8"
    var body: [UInt8] = []
    var isCompressed = false
    /// Whether the answer depends on how the client asked (RFC 9110, `Vary`).
    var isNegotiated = false
    /// Whether only reading is allowed, which was not what was asked.
    var isRefusedMethod = false
    /// Called once, when the answer is sent or cannot be.
    var sent: @Sendable () -> Void = {}

    /// A line of text.
    static func text(_ status: Int, _ line: String) -> Answer { Answer(status: status, body: Array("\(line)\n".utf8)) }

    /// The lines of the head.
    var headers: [(String, String)] {
        var lines = [("Content-Type", contentType), ("Content-Length", "\(body.count)")]
        if isCompressed { lines.append(("Content-Encoding", "gzip")) }
        if isNegotiated { lines.append(("Vary", "Accept, Accept-Encoding")) }
        if isRefusedMethod { lines.append(("Allow", "GET, HEAD")) }
        if status == 503 { lines.append(("Retry-After", "1")) }
        return lines
    }
}
