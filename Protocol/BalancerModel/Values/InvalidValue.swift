// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Why a text or number is not a value of the type asked for. Whoever knows the place makes a `BalancerError` of it.
public struct InvalidValue: Error, Sendable, Hashable {
    /// What is wrong, a sentence for people without final stop.
    public var reason: String

    /// What to do instead, where that is known.
    public var hint: String?

    /// A reason and, if known, what to do instead.
    public init(_ reason: String, hint: String? = nil) {
        self.reason = reason
        self.hint = hint
    }
}
