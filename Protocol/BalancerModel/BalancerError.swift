// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What kind of failure it is; the wire and the exit status of nftlbctl go by this.
public enum ErrorKind: String, Sendable, Hashable, CaseIterable {
    /// No object is at that path.
    case notFound = "not-found"
    /// A value is not allowed there.
    case invalid
    /// Another object or revision is in the way.
    case conflict
    /// The value is right, and this version or kernel cannot do it.
    case unsupported
    /// The kernel refused what was valid.
    case refusedByKernel = "refused-by-kernel"
    /// The client may not do it.
    case notPermitted = "not-permitted"
    /// There is no room for more.
    case limit
    /// Not now.
    case busy
    /// The disk failed.
    case storage
}

/// Why a request was refused, and the place in the configuration that it is about.
public struct BalancerError: Error, Sendable, Hashable {
    /// What kind of failure.
    public var kind: ErrorKind

    /// The place, if it is about one.
    public var path: ObjectPath?

    /// What is wrong, for people.
    public var reason: String

    /// What to do instead, where that is known.
    public var hint: String?

    /// A failure of a kind at a place.
    public init(_ kind: ErrorKind, at path: ObjectPath? = nil, _ reason: String, hint: String? = nil) {
        self.kind = kind
        self.path = path
        self.reason = reason
        self.hint = hint
    }

    /// The same with every part named.
    public init(kind: ErrorKind, path: ObjectPath?, reason: String, hint: String? = nil) {
        self.init(kind, at: path, reason, hint: hint)
    }

    /// A value that is not allowed at a place.
    public init(_ value: InvalidValue, at path: ObjectPath) {
        self.init(.invalid, at: path, value.reason, hint: value.hint)
    }
}

extension BalancerError: CustomStringConvertible {
    /// `/farms/web/state: … (hint)`.
    public var description: String {
        let place = path.map { "\($0): " } ?? ""
        return place + reason + (hint.map { " (\($0))" } ?? "")
    }
}
