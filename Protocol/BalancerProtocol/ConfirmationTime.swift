// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import JSON

/// How long a change waits for its confirmation: 1 second to a day.
public struct ConfirmationTime: Sendable, Hashable {
    /// Seconds.
    public let seconds: Int

    /// The times accepted.
    public static let range = 1...86_400

    static let summary =
        "The change is taken back, as a new revision, unless `configuration.confirm` comes within so many seconds; also when "
        + "the client, the daemon or the machine is gone by then. Until one or the other, further changes are refused with "
        + "`conflict`."

    /// A time within ``range``; nil otherwise.
    public init?(_ seconds: Int) {
        guard Self.range.contains(seconds) else { return nil }
        self.seconds = seconds
    }
}

extension ConfirmationTime: FieldValue {
    /// A number within the range.
    public static var schema: Schema {
        Schema.type("integer").with("minimum", .integer(range.lowerBound)).with("maximum", .integer(range.upperBound))
    }

    /// Reads a number within the range.
    public init(field json: JSONValue) throws(FieldFailure) {
        guard let value = json.integer, let time = Int(exactly: value).flatMap(ConfirmationTime.init) else {
            throw FieldFailure("not a whole number from \(Self.range.lowerBound) to \(Self.range.upperBound)")
        }
        self = time
    }

    /// The time as JSON.
    public var field: JSONValue { .integer(seconds) }
}

/// A change that waits for its confirmation.
public struct PendingConfirmation: Record, Hashable {
    /// The revision that it made.
    public var revision: UInt64 = 0
    /// What the configuration becomes unless somebody confirms.
    public var base: UInt64 = 0
    /// Seconds until then.
    public var remaining: UInt64 = 0

    /// Nothing.
    public init() {}

    /// A change.
    public init(revision: UInt64, base: UInt64, remaining: UInt64) {
        self.revision = revision
        self.base = base
        self.remaining = remaining
    }

    /// What goes over the wire.
    public static let fields: [Field<PendingConfirmation>] = [
        .required("revision", \.revision, "The revision that waits."),
        .required(
            "base", \.base, "The revision before it: the configuration is what it was then unless somebody confirms."),
        .required("remaining", \.remaining, "Seconds until then."),
    ]
}
