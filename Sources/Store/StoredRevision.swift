// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Who made a change, and when: what a list of revisions says of each.
public struct RevisionSummary: Equatable, Sendable {
    /// Its number; later ones are greater.
    public var revision: UInt64
    /// Seconds since 1970, UTC.
    public var time: Int64
    /// The author's user id.
    public var userID: UInt32
    /// The author's group id.
    public var groupID: UInt32
    /// The author's process id, for information.
    public var processID: Int32
    /// The name of the socket it came through.
    public var socket: String
    /// What the author wrote about it.
    public var comment: String?
    /// How many objects it changed.
    public var objects: Int

    /// Makes a summary.
    public init(
        revision: UInt64, time: Int64, userID: UInt32, groupID: UInt32, processID: Int32, socket: String,
        comment: String?, objects: Int
    ) {
        self.revision = revision
        self.time = time
        self.userID = userID
        self.groupID = groupID
        self.processID = processID
        self.socket = socket
        self.comment = comment
        self.objects = objects
    }
}

/// One accepted change: who made it, when, what it was, and how to undo it.
public struct StoredRevision: Equatable, Sendable {
    /// Who made it, and when.
    public var summary: RevisionSummary
    /// The change.
    public var change: [UInt8]
    /// The change that takes it back.
    public var undo: [UInt8]

    /// Makes a row.
    public init(_ summary: RevisionSummary, change: [UInt8], undo: [UInt8]) {
        self.summary = summary
        self.change = change
        self.undo = undo
    }
}
