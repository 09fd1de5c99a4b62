// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Testing

@testable import nftlb_exporter

@Suite("What a client would rather read")
struct NegotiationTests {
    /// What Prometheus 2.42 sends.
    static let prometheus =
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"

    static let cases: [(accept: [String], format: ExpositionFormat)] = [
        ([], .text), (["*/*"], .text), (["text/plain"], .text), ([prometheus], .openMetrics),
        (["application/openmetrics-text"], .openMetrics),
        (["Application/OpenMetrics-Text; Version=\"1.0.0\"; charset=utf-8"], .openMetrics),
        (["application/openmetrics-text;version=2.0.0"], .text),
        (["application/openmetrics-text;q=0"], .text), (["application/openmetrics-text;q=0,*/*;q=0"], .text),
        (["text/plain", "application/openmetrics-text"], .openMetrics),
        (["application/openmetrics-text;q=0.5,text/plain;q=0.9"], .text),
        (["application/openmetrics-text;q=nonsense"], .text), ([",;,"], .text),
    ]

    @Test("Accept", arguments: cases)
    func accept(accept: [String], format: ExpositionFormat) {
        #expect(ExpositionFormat(accept: accept) == format)
    }

    static let queries: [(query: String, request: ScrapeRequest?)] = [
        ("", ScrapeRequest()), ("&&", ScrapeRequest()),
        ("collect[]=daemon&collect%5B%5D=farm_state", .make { $0.collect = [.daemon, .farmState] }),
        ("exclude[]=backend_traffic", .make { $0.exclude = [.backendTraffic] }),
        ("farm[]=a%20b+c&farm[]=x&farm[]=x", .make { $0.farms = ["a b c", "x"] }),
        ("collect[]=nobody", nil), ("collect[]", nil), ("collect=daemon", nil), ("exclude[]=%", nil),
    ]

    @Test("Queries", arguments: queries)
    func query(query: String, request: ScrapeRequest?) {
        #expect((try? ScrapeRequest(query: query[...])) == request)
    }
}

extension ScrapeRequest {
    fileprivate static func make(_ change: (inout ScrapeRequest) -> Void) -> ScrapeRequest {
        var request = ScrapeRequest()
        change(&request)
        return request
    }
}
