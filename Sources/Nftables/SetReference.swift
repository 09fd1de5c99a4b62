// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A set or map of one of our tables.
public struct SetReference: Sendable, Hashable {
    /// The table's family.
    public var family: TableFamily
    /// The set's name.
    public var name: String

    /// Names a set.
    public init(family: TableFamily, name: String) {
        self.family = family
        self.name = name
    }
}

extension SetReference: Comparable {
    /// By family, then by name.
    public static func < (left: SetReference, right: SetReference) -> Bool {
        left.family == right.family ? left.name < right.name : left.family < right.family
    }
}

extension SetReference: CustomStringConvertible {
    /// As nft names it.
    public var description: String { "\(family.text) \(tableName) \(name)" }
}
