// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import LegacyDialect
import Logging
import NIOCore
import NIOHTTP1

/// Answers whole requests.
protocol Responder: Sendable {
    func answer(_ request: HTTPRequest) async -> HTTPAnswer
}

/// Decides from the head of a request whether the rest is read.
struct Gate: Sendable {
    let keys: KeyRing
    let limits: ServerLimits
    let logger: Logger

    enum Decision {
        case admitted(HTTPRequest)
        case refused(HTTPAnswer)
    }

    /// The key first, whatever else is wrong: who has none learns nothing.
    func admit(_ head: HTTPRequestHead) -> Decision {
        let path = RequestPath(target: head.uri)
        let verb = HTTPVerb(rawValue: head.method.rawValue)
        if let verb, !verb.isChange, PublicPaths.all.contains(path) {
            return .admitted(HTTPRequest(verb: verb, path: path, role: .reader))
        }
        let given = head.headers["key"]
        guard given.count == 1, let role = keys.role(of: given[0].withoutSpaces) else { return .refused(.empty(401)) }
        guard let verb else { return .refused(.empty(400)) }
        guard head.hasKnownCodings else { return .refused(Refusals.unknownCoding) }
        if verb.isChange, role == .reader { return .refused(Refusals.readOnlyKey) }
        if let length = head.headers["content-length"].first.flatMap({ Int($0) }), length > limits.body {
            return .refused(Refusals.tooLong)
        }
        return .admitted(HTTPRequest(verb: verb, path: path, role: role))
    }

    /// One line for a request: never its key, never its body.
    func log(_ head: HTTPRequestHead?, _ answer: HTTPAnswer, _ time: TimeAmount) {
        logger.info("\(head?.line ?? "-") \(answer.status) \(answer.body.count) \(time.nanoseconds / 1_000) us")
    }
}

extension HTTPRequestHead {
    /// Method and path, not longer than people read, without what moves a terminal's cursor.
    fileprivate var line: String {
        let shown = uri.unicodeScalars.prefix(200).map { $0.isASCII && $0.value > 0x20 && $0.value < 0x7f ? $0 : "?" }
        return method.rawValue + " " + String(String.UnicodeScalarView(shown))
    }
}

extension String {
    /// The value of a header line without the white space around it (RFC 9110, 5.5), which is no part of it.
    var withoutSpaces: String {
        let spaces: [UInt8] = [0x20, 0x09, 0x0d, 0x0a]
        var bytes = utf8[...]
        while let first = bytes.first, spaces.contains(first) { bytes.removeFirst() }
        while let last = bytes.last, spaces.contains(last) { bytes.removeLast() }
        return String(Substring(bytes))
    }
}

/// What needs no key.
enum PublicPaths {
    static let health = RequestPath(target: "/healthz")
    static let description = RequestPath(target: "/openapi.json")
    static let all = [health, description]
}

/// What is answered to requests that reach no route.
enum Refusals {
    static let tooLong = HTTPAnswer(
        status: 413, body: LegacyAnswer(413, .invalidRequest, [.own("The body is too long")]).body)
    static let unknownCoding = HTTPAnswer(
        status: 501,
        body: LegacyAnswer(501, .invalidRequest, [.own("A body comes in chunks or as it is, in no other coding")]).body)
    static let noRoom = HTTPAnswer(
        status: 503, body: LegacyAnswer(503, .invalidRequest, [.own("Too much at once")]).body, isTemporary: true)
    static let readOnlyKey = HTTPAnswer(
        status: 403, body: LegacyAnswer(403, .invalidRequest, [.own("The key is for reading")]).body)
}
