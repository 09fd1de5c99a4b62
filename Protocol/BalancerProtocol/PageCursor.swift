// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import JSON

/// Where the next page begins. Bound to a revision: pages of two revisions do not fit together.
public struct PageCursor: Sendable, Hashable, CustomStringConvertible {
    /// The revision whose pages these are.
    public var revision: UInt64

    /// What is listed from here on.
    public var section: Section

    /// The position in the section, by the order of creation: what comes next is behind this one.
    public var position: UInt64

    /// How many elements of the object that comes next earlier pages had: a policy may have more than a page.
    public var element: UInt64

    /// The lists of a configuration, in the order in which pages go through them.
    public enum Section: String, Sendable, CaseIterable {
        /// Farms.
        case farms
        /// Policies.
        case policies
        /// Top-level addresses.
        case addresses
        /// Clusters.
        case clusters
    }

    /// A place in the pages of a revision.
    public init(revision: UInt64, section: Section = .farms, position: UInt64, element: UInt64 = 0) {
        self.element = element
        self.revision = revision
        self.section = section
        self.position = position
    }

    /// What clients pass back; they do not look into it.
    public var description: String {
        "\(revision).\(section.rawValue).\(position)" + (element == 0 ? "" : ".\(element)")
    }

    /// Refuses the cursor when the configuration has changed since its page was given out.
    public func check(revision current: UInt64) throws(BalancerError) {
        guard revision == current else {
            throw BalancerError(
                kind: .conflict, path: nil, reason: "the cursor is of revision \(revision), this is \(current)",
                hint: "begin again without a cursor")
        }
    }
}

extension PageCursor: FieldValue {
    /// Text from a reply.
    public static var schema: Schema { .type("string") }

    /// Reads what ``description`` wrote.
    public init(field json: JSONValue) throws(FieldFailure) {
        let parts = json.string?.split(separator: ".", omittingEmptySubsequences: false) ?? []
        guard (3...4).contains(parts.count), let revision = UInt64(parts[0]), let position = UInt64(parts[2]),
            let section = Section(rawValue: String(parts[1])), let element = parts.count == 4 ? UInt64(parts[3]) : 0,
            parts.count == 3 || section == .policies
        else { throw FieldFailure("not a cursor of an earlier reply") }
        self.init(revision: revision, section: section, position: position, element: element)
    }

    /// The cursor as JSON.
    public var field: JSONValue { .string(description) }
}

/// How many objects a page holds at most: 1…100,000. A server may give fewer, so that a reply stays within its limit.
public struct PageLimit: Sendable, Hashable {
    /// The number.
    public let count: Int

    /// The numbers accepted.
    public static let range = 1...100_000

    /// A limit within ``range``; nil otherwise.
    public init?(_ count: Int) {
        guard Self.range.contains(count) else { return nil }
        self.count = count
    }
}

extension PageLimit: FieldValue {
    /// A number within the range.
    public static var schema: Schema {
        Schema.type("integer").with("minimum", .integer(range.lowerBound)).with("maximum", .integer(range.upperBound))
    }

    /// Reads a number within the range.
    public init(field json: JSONValue) throws(FieldFailure) {
        guard let value = json.integer, let limit = Int(exactly: value).flatMap(PageLimit.init) else {
            throw FieldFailure("not a whole number from \(Self.range.lowerBound) to \(Self.range.upperBound)")
        }
        self = limit
    }

    /// The limit as JSON.
    public var field: JSONValue { .integer(count) }
}
