// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// One method of one path, as it is described.
struct APIOperation: Sendable {
    enum Tag: String, CaseIterable {
        case farms
        case policies
        case addresses
        case service
    }

    /// What stands in braces in a path.
    enum Parameter: String, CaseIterable, Sendable {
        case farm
        case backend
        case client
        case policy
        case element
        case address
    }

    enum Body: Sendable {
        case none
        /// With it, something else is asked for.
        case optional
        case required
    }

    /// What is answered when it is done.
    enum Answer: Sendable, Equatable {
        /// Objects, by the name of their schema.
        case printed(String)
        case done
        case text
        case description
    }

    /// What else is answered.
    enum Status: Int, CaseIterable, Sendable {
        case refused = 400
        case unauthorized = 401
        case forbidden = 403
        case unknown = 404
        case tooLong = 413
        case failed = 500
        case unsupported = 501
        case unavailable = 503
    }

    var verb: HTTPVerb
    var path: String
    var name: String
    var tag: Tag
    var summary: String
    var body = Body.none
    var answer = Answer.done
    var statuses: [Status]

    var isPublic: Bool { tag == .service }

    /// The parameters in the order of the path.
    var parameters: [Parameter] {
        path.split(separator: "/").compactMap { part in
            part.hasPrefix("{") ? Parameter(rawValue: String(part.dropFirst().dropLast())) : nil
        }
    }
}

extension APIOperation.Parameter {
    var description: String {
        switch self {
        case .farm: "The name of a farm."
        case .backend: "The name of one of the farm's backends."
        case .client: "The client of a session, its spaces written as underlines: 192.0.2.7_._4000."
        case .policy: "The name of a policy."
        case .element: "An address, a prefix or a range; the slash of a prefix may stand as it is."
        case .address: "The name of an address."
        }
    }
}

extension APIOperation.Status {
    var description: String {
        switch self {
        case .refused: "A value is refused, the body is no JSON, or the path means nothing."
        case .unauthorized: "The key is missing or wrong; without a body."
        case .forbidden: "The key does not allow it."
        case .unknown: "Something that the path or the body names is not there, or the path means nothing."
        case .tooLong: "The body is too long."
        case .failed: "A key that no object has, a farm that is not there, or a refusal of the kernel or the disk."
        case .unsupported: "It is right, and not to be had in this version or on this machine."
        case .unavailable: "The balancer is away or too busy; nothing wrong was answered instead."
        }
    }
}
