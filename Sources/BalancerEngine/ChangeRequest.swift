// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import JSON

/// Who asked for a change, for the audit line and the revision's row.
public struct Author: Hashable, Sendable {
    /// User id (SO_PEERCRED at accept).
    public var user: UInt32
    /// Group id.
    public var group: UInt32
    /// Process id: to show, never to decide.
    public var process: Int32
    /// How it came: `rpc`, `rpc-readonly`, `configuration` (a file at start).
    public var origin: String

    /// Names an author.
    public init(user: UInt32, group: UInt32, process: Int32, origin: String) {
        self.user = user
        self.group = group
        self.process = process
        self.origin = origin
    }
}

/// One request to change the declared state: all of it or nothing.
public struct ChangeRequest: Sendable {
    /// What to change.
    public enum Content: Sendable {
        /// Changes in order, each against the result of the one before.
        case changes([Change])
        /// A configuration document, merged into what is there or in its place.
        case configuration(JSONObject, ApplyMode)
        /// Elements of policies that have ended go.
        case expiry
        /// Drains are over: the backends are down.
        case drained([DrainEnd])
        /// All as it was right after a revision.
        case restoration(revision: UInt64)
        /// The change that waits for its confirmation stays: this revision, nil for whichever waits.
        case confirmation(revision: UInt64?)
        /// The change that waits for its confirmation is taken back.
        case reversal
    }

    /// What to change.
    public var content: Content
    /// Refused with `conflict` unless this is the newest revision when its turn comes.
    public var ifRevision: UInt64?
    /// Only say what would happen.
    public var dryRun: Bool
    /// What the author writes about it.
    public var comment: String?
    /// Who asks.
    public var author: Author
    /// What the author may do; asked where the need depends on the configuration.
    public var role: Role
    /// Taken back unless it is confirmed within so many seconds.
    public var confirmWithin: Int?
    /// The method that asked, where it is not the one that the content is usually asked for with.
    public var method: String?
    /// Values to store in the same transaction as the change.
    public var metadata: [String: [UInt8]]

    /// Makes a request.
    public init(
        content: Content, ifRevision: UInt64? = nil, dryRun: Bool = false, comment: String? = nil,
        author: Author, role: Role = .administrator, confirmWithin: Int? = nil,
        metadata: [String: [UInt8]] = [:]
    ) {
        self.content = content
        self.ifRevision = ifRevision
        self.dryRun = dryRun
        self.comment = comment
        self.author = author
        self.role = role
        self.confirmWithin = confirmWithin
        self.metadata = metadata
    }

    /// Whether no other request may be in its group: what it does depends on what is stored, which those before it in a group
    /// are not yet; or what may be done after it depends on whether it was.
    var needsOwnGroup: Bool {
        switch content {
        case .changes, .configuration, .expiry, .drained: confirmWithin != nil
        case .restoration, .confirmation, .reversal: !dryRun
        }
    }
}

/// What became of an accepted request.
public struct ChangeOutcome: Equatable, Sendable {
    /// The newest revision once it was done: its own, or the one before when nothing differed.
    public var revision: UInt64
    /// For a dry run: the rules and elements that would be sent, as nft text.
    public var transaction: String?

    /// Makes an outcome.
    public init(revision: UInt64, transaction: String? = nil) {
        self.revision = revision
        self.transaction = transaction
    }
}
