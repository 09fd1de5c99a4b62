// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

/// The methods that mean something here.
enum HTTPVerb: String, Sendable, CaseIterable {
    case get = "GET"
    /// As `GET`, without the body.
    case head = "HEAD"
    case options = "OPTIONS"
    case post = "POST"
    /// The same as `POST`.
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"

    /// Whether it may change something.
    var isChange: Bool {
        switch self {
        case .get, .head, .options: false
        case .post, .put, .patch, .delete: true
        }
    }
}

/// A whole request of somebody who may ask.
struct HTTPRequest: Sendable {
    var verb: HTTPVerb
    var path: RequestPath
    var body: [UInt8] = []
    /// What the key allows.
    var role: Role
}

/// What is sent back.
struct HTTPAnswer: Sendable, Equatable {
    /// What the body is.
    enum Content: String, Sendable {
        case json = "application/json"
        case text = "text/plain; charset=utf-8"
    }

    var status: Int
    var body: [UInt8] = []
    var content = Content.json
    /// Whether it is worth asking again in a second.
    var isTemporary = false
    /// Which methods there are, where that was asked.
    var allowed: [HTTPVerb] = []

    /// Without a body.
    static func empty(_ status: Int) -> HTTPAnswer { HTTPAnswer(status: status) }
}
