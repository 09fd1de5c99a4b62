// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Logging
import NIOCore
import NIOHTTP1

/// Answers whole requests.
struct Responder: Sendable {
    let runner: ScrapeRunner
    let gate: ScrapeGate
    let logger: Logger

    /// The answer to a request without a body.
    func answer(_ head: HTTPRequestHead, limits: ServerLimits) async -> Answer {
        let started = NIODeadline.now()
        let answer = await respond(head, limits: limits)
        let time = (NIODeadline.now() - started).nanoseconds / 1_000
        logger.info("\(head.shown) \(answer.status) \(answer.body.count) \(time) us")
        return answer
    }

    private func respond(_ head: HTTPRequestHead, limits: ServerLimits) async -> Answer {
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard head.method == .GET || head.method == .HEAD else {
            var answer = Answer.text(405, "only GET and HEAD")
            answer.isRefusedMethod = true
            return answer
        }
        switch parts.first {
        case "/": return Answer(status: 200, contentType: "text/html; charset=utf-8", body: LandingPage.bytes)
        case "/metrics":
            do throws(ScrapeRequest.Mistake) {
                return await scrape(try ScrapeRequest(query: parts.count > 1 ? parts[1] : ""), head.headers, limits)
            } catch {
                return .text(400, error.reason)
            }
        default: return .text(404, "there are / and /metrics")
        }
    }

    private func scrape(_ request: ScrapeRequest, _ headers: HTTPHeaders, _ limits: ServerLimits) async -> Answer {
        guard await gate.enter() else { return .text(503, "too many scrapes at once") }
        let format = ExpositionFormat(accept: headers["accept"])
        let text = await runner.scrape(request, as: format, limit: headers.patience ?? limits.scrape)
        var answer = Answer(status: 200, contentType: format.contentType, isNegotiated: true)
        answer.sent = { [gate] in Task { await gate.leave() } }
        if headers.acceptsGzip, let compressed = Gzip.compress(text) {
            answer.body = compressed
            answer.isCompressed = true
        } else {
            answer.body = text
        }
        return answer
    }
}

extension HTTPHeaders {
    /// How long the daemon may take: what Prometheus says it waits, less what the way back takes.
    fileprivate var patience: TimeAmount? {
        guard let seconds = self["x-prometheus-scrape-timeout-seconds"].first.flatMap({ Double($0) }),
            (0.1...3_600).contains(seconds)
        else { return nil }
        return .milliseconds(Int64(Swift.max(seconds - 0.5, seconds / 2) * 1_000))
    }

    /// Whether the body may be compressed.
    fileprivate var acceptsGzip: Bool {
        Preference.list(self["accept-encoding"]).contains {
            ["gzip", "x-gzip", "*"].contains($0.value) && $0.quality > 0
        }
    }
}

extension HTTPRequestHead {
    /// Method and path, not longer than people read, without what moves a terminal's cursor.
    fileprivate var shown: String {
        let safe = uri.unicodeScalars.prefix(200).map { $0.isASCII && $0.value > 0x20 && $0.value < 0x7f ? $0 : "?" }
        return method.rawValue + " " + String(String.UnicodeScalarView(safe))
    }
}
