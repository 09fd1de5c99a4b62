// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A failure on its way from the value up to the document; each level puts its part in front of the path.
struct Failure: Error {
    var kind: ErrorKind
    /// From the innermost part to the outermost.
    var parts: [String]
    var reason: String
    var hint: String?

    init(_ kind: ErrorKind, at parts: [String] = [], _ reason: String, hint: String? = nil) {
        self.kind = kind
        self.parts = parts.reversed()
        self.reason = reason
        self.hint = hint
    }

    init(_ value: InvalidValue) {
        self.init(.invalid, value.reason, hint: value.hint)
    }

    /// The same failure, seen from one level up.
    func inside(_ part: String) -> Failure {
        var outer = self
        outer.parts.append(part)
        return outer
    }

    var error: BalancerError {
        BalancerError(kind, at: ObjectPath(parts.reversed()), reason, hint: hint)
    }
}
