// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

/// A request that waits for its group, and whom to tell.
struct Submission {
    let request: ChangeRequest
    let completion: (Result<ChangeOutcome, BalancerError>) -> Void
    /// When it came, on the clock that never goes back.
    let arrival: UInt64
    /// Whether it needs a group of its own. Also set when a group with it was refused by the kernel: so that the blame lands
    /// where it belongs.
    var alone: Bool

    init(
        request: ChangeRequest, completion: @escaping (Result<ChangeOutcome, BalancerError>) -> Void, arrival: UInt64
    ) {
        self.request = request
        self.completion = completion
        self.arrival = arrival
        alone = request.needsOwnGroup
    }
}

/// Requests in order of arrival.
struct SubmissionQueue {
    private var items: [Submission] = []
    private var head = 0

    var isEmpty: Bool { head == items.count }

    var first: Submission? { isEmpty ? nil : items[head] }

    mutating func append(_ submission: Submission) { items.append(submission) }

    mutating func prepend(_ submissions: [Submission]) {
        items.replaceSubrange(0..<head, with: submissions)
        head = 0
    }

    /// The next group: one that must be alone, or as many as may go together.
    mutating func takeGroup(limit: Int) -> [Submission] {
        var end = head
        while end < items.count, end - head < limit {
            if items[end].alone {
                if end == head { end += 1 }
                break
            }
            end += 1
        }
        let group = Array(items[head..<end])
        head = end
        if head == items.count {
            items.removeAll(keepingCapacity: true)
            head = 0
        }
        return group
    }
}
