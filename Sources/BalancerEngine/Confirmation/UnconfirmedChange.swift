// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A change that is taken back unless somebody confirms it in time.
public struct UnconfirmedChange: Equatable, Sendable {
    /// The revision that it made.
    public var revision: UInt64
    /// When its time is up, in seconds since 1970. Only a daemon that starts looks at it: it cannot know how long it was away.
    public var deadline: Int64
    /// How long it waits in all, in seconds.
    public var window: Int

    /// The revision before it.
    public var base: UInt64 { revision - 1 }

    init(revision: UInt64, deadline: Int64, window: Int) {
        self.revision = revision
        self.deadline = deadline
        self.window = window
    }

    /// What the store keeps of it.
    var encoded: [UInt8] { Array("\(revision) \(deadline) \(window)".utf8) }

    init?(encoded: [UInt8]) {
        let parts = String(decoding: encoded, as: UTF8.self).split(separator: " ")
        guard parts.count == 3, let revision = UInt64(parts[0]), revision > 0, let deadline = Int64(parts[1]),
            let window = Int(parts[2])
        else { return nil }
        self.init(revision: revision, deadline: deadline, window: window)
    }

    /// How long it still waits, seen from a clock on the wall that may have been set meanwhile: never longer than it was
    /// given.
    func remaining(at now: Int64) -> Int {
        Int(max(0, min(deadline.subtractingReportingOverflow(now).partialValue, Int64(window))))
    }
}

/// What a request does about confirmations.
enum ConfirmationStep: Equatable {
    /// It waits for one, so many seconds.
    case begins(Int)
    /// Nothing waits any more.
    case ends
}
