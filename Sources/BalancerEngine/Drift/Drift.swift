// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What is known of changes that other programs make to our tables, and how often they are answered.
///
/// A change is answered at once. A program that changes our tables again and again is another matter: after some answers
/// in short order there is one now and then, so that two programs that want different things do not eat a processor.
struct Drift {
    /// How often our tables were found changed by others since the start.
    var found: UInt64 = 0
    /// How often they were corrected.
    var corrected: UInt64 = 0

    /// Who was seen since the last look, when the kernel said.
    var author: String?
    /// Whether a change came so soon behind a script of ours that what the script has touched may not be ours any more.
    var isLastScriptDoubted = false
    /// Whether a look is coming.
    var isLookDue = false
    /// Looks that may follow each other without a pause.
    private var credit = Self.burst
    /// When `credit` was right, nanoseconds.
    private var creditTime: UInt64 = 0
    private(set) var isFight = false
    /// Whether a look for what may have been missed is coming.
    var isMissDue = false
    /// When the last one was due, nanoseconds.
    private var missTime: UInt64?

    /// What kept the last correction from being made; nil: nothing.
    private var obstacle: String?
    /// Whether a look that tries it again is coming.
    var isRetryDue = false
    /// Seconds before the next one.
    private var retryPause = 1
    /// Whether what others put in is still to be collected.
    var isSurplusLeft = false

    /// For how long behind a script, in nanoseconds. What is told comes within milliseconds, or behind what the loop does just
    /// then.
    static let doubt: UInt64 = 1_000_000_000
    private static let burst = 8
    /// Seconds for one more look.
    static let pause = 10
    /// Several transactions of one program often come together, and one look answers all. Milliseconds.
    private static let gathering = 50

    /// How long a look for what may have been missed has to wait, in milliseconds: it is no answer to anybody. Nil: one is
    /// coming.
    mutating func lookAfterMiss(at now: UInt64) -> Int? {
        if isMissDue { return nil }
        isMissDue = true
        let pause = UInt64(Self.pause) * 1_000_000_000
        let time = max(now, missTime.map { $0 + pause } ?? now)
        missTime = time
        return Self.gathering + Int((time - now) / 1_000_000)
    }

    /// Notes that a correction was not made. Trying again is nobody's change, and takes no look that one has to be answered with.
    ///
    /// - Returns: how long to wait before, in milliseconds, and whether the reason is another than last time.
    mutating func failed(_ reason: String) -> (milliseconds: Int, isNew: Bool) {
        defer {
            obstacle = reason
            retryPause = min(retryPause * 2, Self.pause)
        }
        return (retryPause * 1000, reason != obstacle)
    }

    /// Notes that the tables are right.
    mutating func succeeded() {
        obstacle = nil
        retryPause = 1
    }

    /// How long the next look has to wait, in milliseconds; it is paid for.
    ///
    /// - Returns: the time, and whether a fight begins with it.
    mutating func nextLook(at now: UInt64) -> (milliseconds: Int, beginsFight: Bool) {
        let second: UInt64 = 1_000_000_000
        let earned = (now - min(creditTime, now)) / (UInt64(Self.pause) * second)
        if earned > 0 {
            credit = min(Self.burst, credit + Int(min(earned, UInt64(Self.burst))))
            creditTime = now
        }
        if credit == Self.burst {
            creditTime = now
            isFight = false
        }
        guard credit == 0 else {
            credit -= 1
            return (Self.gathering, false)
        }
        defer { isFight = true }
        creditTime += UInt64(Self.pause) * second
        return (Int((creditTime - min(now, creditTime)) / 1_000_000), !isFight)
    }
}
