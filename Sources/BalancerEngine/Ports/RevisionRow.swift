// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Who made a change, and when: what a list of revisions says of each.
public struct RevisionHead: Equatable, Sendable {
    /// Its number; consecutive, from 1.
    public var revision: UInt64
    /// Seconds since 1970, UTC.
    public var time: Int64
    /// Who asked for it.
    public var author: Author
    /// What the author wrote about it.
    public var comment: String?
    /// How many objects it changed.
    public var objects: Int

    /// Makes a head.
    public init(revision: UInt64, time: Int64, author: Author, comment: String?, objects: Int) {
        self.revision = revision
        self.time = time
        self.author = author
        self.comment = comment
        self.objects = objects
    }
}

/// One accepted change: who, when, what, and how to undo it.
public struct RevisionRow: Equatable, Sendable {
    /// Who made it, and when.
    public var head: RevisionHead
    /// The objects after the change, JSON: names and null for what is gone.
    public var change: [UInt8]
    /// The objects before the change, in the same form, as `Restoration` reads it.
    public var undo: [UInt8]

    /// Its number.
    public var revision: UInt64 { head.revision }

    /// Makes a row.
    public init(_ head: RevisionHead, change: [UInt8], undo: [UInt8]) {
        self.head = head
        self.change = change
        self.undo = undo
    }
}
