// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import NIOCore
import NIOHTTP1

extension HTTPAnswer {
    /// The header lines of the answer. The C program sends the length alone.
    func headers(isLast: Bool) -> HTTPHeaders {
        var headers: HTTPHeaders = [:]
        headers.add(name: "Content-Length", value: String(body.count))
        if !body.isEmpty { headers.add(name: "Content-Type", value: content.rawValue) }
        if status == 401 { headers.add(name: "WWW-Authenticate", value: "Key") }
        if isTemporary { headers.add(name: "Retry-After", value: "1") }
        if !allowed.isEmpty {
            headers.add(name: "Allow", value: allowed.map(\.rawValue).joined(separator: ", "))
        }
        if isLast { headers.add(name: "Connection", value: "close") }
        return headers
    }
}

extension HTTPRequestHead {
    /// Whether a body follows.
    var announcesBody: Bool {
        if headers.contains(name: "transfer-encoding") { return true }
        return headers["content-length"].contains { $0 != "0" }
    }

    /// Whether what follows can be read: what is compressed beside its chunks would be taken for the body.
    var hasKnownCodings: Bool {
        headers[canonicalForm: "transfer-encoding"].allSatisfy { $0.lowercased() == "chunked" }
    }

    /// Whether the connection ends with the answer. HTTP/1.0 is kept only where the answer says so too, which it does not.
    var isLast: Bool {
        version == .http1_0 || !isKeepAlive || headers.contains(name: "upgrade")
    }

    /// Whether the client waits for a word before it sends the body.
    var expectsContinue: Bool {
        version != .http1_0 && announcesBody
            && headers[canonicalForm: "expect"].contains { $0.lowercased() == "100-continue" }
    }
}

/// What an error of the HTTP parser is answered with.
enum ParserFailure {
    /// The status; nil: nothing that a client did.
    static func status(of error: any Error) -> Int? {
        switch error as? HTTPParserError {
        case .headerOverflow: return 431
        case .invalidEOFState, .closedConnection: return nil
        case .some: return 400
        case nil: return error is ByteToMessageDecoderError ? 431 : nil
        }
    }
}
