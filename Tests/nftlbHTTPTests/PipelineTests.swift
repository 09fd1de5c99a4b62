// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Testing

@testable import nftlb_http

/// Requests that come at once: each has its answer, in their order, whatever becomes of the others.
@Suite("Pipelines", .timeLimit(.minutes(5)))
struct PipelineTests {
    /// A request, and the status of its answer.
    typealias Part = (request: String, status: Int)

    static let read: Part = (Bench.request("GET", "/farms"), 200)
    static let write: Part = (Bench.request("POST", "/farms", #"{"farms":[{"name":"a"}]}"#), 200)
    /// Many objects, so that those behind it wait.
    static let slow: Part = (
        Bench.request(
            "POST", "/farms",
            #"{"farms":[\#((0..<300).map { #"{"name":"f\#($0)","virtual-addr":"10.0.0.1","virtual-ports":"\#($0 + 1)"}"# }.joined(separator: ","))]}"#
        ), 200
    )
    /// Answered by the head alone, before the next turn of the event loop.
    static let withoutKey: Part = (Bench.request("GET", "/farms", key: nil), 401)
    static let nothing: Part = (Bench.request("GET", "/nothing"), 400)
    static let wrongMethod: Part = ("TRACE /farms HTTP/1.1\r\nKey: HoLa\r\n\r\n", 400)
    static let chunks: Part = (
        "POST /farms HTTP/1.1\r\nKey: HoLa\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 200
    )
    static let noHTTP: Part = ("no\r\n\r\n", 400)
    static let health: Part = ("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 200)

    static let pipelines: [[Part]] = [
        [read, withoutKey, read], [write, withoutKey, withoutKey, wrongMethod, health, write],
        [withoutKey, read, withoutKey], [slow, read, write, withoutKey, chunks, read],
        [slow, chunks, nothing, slow, wrongMethod, write], [health, withoutKey, health, nothing, read],
        [read, noHTTP], [slow, withoutKey, noHTTP], [withoutKey, withoutKey, withoutKey, withoutKey],
    ]

    @Test("Each of several requests has its answer, in pieces or at once", arguments: pipelines)
    func pipeline(parts: [Part]) async throws {
        try await EdgeTests.with { bench in
            let text = Array(parts.map(\.request).joined().utf8)
            for size in [text.count, 100] {
                let client = try bench.client(seconds: 20)
                for start in stride(from: 0, to: text.count, by: size) {
                    try client.send(Array(text[start..<min(start + size, text.count)]))
                }
                for (index, part) in parts.enumerated() {
                    let answer = try client.answer()
                    #expect(answer.status == part.status, "\(index): \(answer.text)")
                }
            }
        }
    }
}
