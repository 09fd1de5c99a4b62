// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension Engine {
    /// How long a turn of such work may be, in nanoseconds, if its pieces are short.
    private static var asideBudget: UInt64 { 2_000_000 }

    /// Does work that neither reads nor writes what a change needs, some pieces in each turn of the loop, beside changes.
    ///
    /// - Parameter ended: called at the end: how many nanoseconds the work was at work.
    func runAside(_ work: any Work, busy: UInt64 = 0, ended: @escaping (UInt64) -> Void) {
        scheduler.soon { [weak self] in
            guard let self else { return }
            let begin = scheduler.now
            var progress = WorkProgress.more
            while progress == .more, scheduler.now < begin + Self.asideBudget { progress = work.advance() }
            let busy = busy + (scheduler.now - begin)
            if progress == .more { runAside(work, busy: busy, ended: ended) } else { ended(busy) }
        }
    }
}
