// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

// When elements end. It is counted by the clock on the wall, so that a restart, however long it takes, changes nothing.
extension Policy {
    /// Gives each element that is new, or has another time, its deadline.
    ///
    /// - Parameter now: seconds since 1970.
    mutating func setDeadlines(since before: Policy?, now: Int64) {
        var late: [PolicyElement] = []
        elements.forEachDifference(from: before?.elements ?? PolicyElements()) { difference in
            guard var element = difference.after, element.deadline == 0 else { return }
            let seconds = element.time.value == 0 ? timeout.value : element.time.value
            guard seconds > 0 else { return }
            element.deadline = now + Int64(seconds)
            late.append(element)
        }
        for element in late { elements.set(element) }
    }

    /// Takes the deadlines of elements that were there before and are declared again as they were: a document says nothing
    /// of deadlines, and one that is applied twice changes nothing.
    mutating func inherit(from before: Policy) {
        var known: [PolicyElement] = []
        elements.forEachDifference(from: before.elements) { difference in
            guard let old = difference.before, old.deadline != 0, let new = difference.after, new.deadline == 0,
                new.time == old.time
            else { return }
            known.append(old)
        }
        for element in known { elements.set(element) }
    }
}

extension Draft {
    /// Gives the elements of the request their deadlines.
    mutating func setDeadlines() {
        for difference in policies.requestDifferences {
            guard var policy = difference.after else { continue }
            policy.setDeadlines(since: difference.before, now: now)
            if policy != difference.after { policies.set(policy, for: policy.name) }
        }
    }

    /// Takes away the elements that have ended, as a request of its own.
    public mutating func expire() throws(BalancerError) {
        try request { draft throws(Failure) in
            for name in draft.policies.names {
                guard var policy = draft.policies[name], policy.elements.earliestDeadline ?? .max <= draft.now else {
                    continue
                }
                for data in policy.elements.due(at: draft.now) { policy.elements.remove(data) }
                draft.policies.set(policy, for: name)
            }
        }
    }
}
