// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

/// Writes the rows of elements that differ, some in each turn.
struct ElementRows {
    private enum Step {
        case write(PolicyElement)
        case remove(AddressRange)
    }

    private let policies: [PlannedPolicy]
    private var nextPolicy = 0
    /// What is left to write of the policy before that.
    private var steps: [Step] = []
    private var nextStep = 0

    init(_ policies: [PlannedPolicy]) { self.policies = policies }

    /// Whether all are written.
    var isFinished: Bool { nextPolicy == policies.count && nextStep == steps.count }

    /// Writes the next rows, at most so many.
    ///
    /// - Returns: how many it was; nil when there are no more.
    mutating func write(limit: Int, to store: any StorePort) throws(StoreFailure) -> Int? {
        guard !isFinished else { return nil }
        if nextStep == steps.count {
            try begin(policies[nextPolicy], store)
            nextPolicy += 1
            return 1
        }
        let number = Int64(policies[nextPolicy - 1].number)
        let end = min(nextStep + limit, steps.count)
        for step in steps[nextStep..<end] {
            switch step {
            case .write(let element): try store.write(ElementRow(element, of: number))
            case .remove(let data): try store.removeElement(of: number, ElementRow.data(data))
            }
        }
        defer { nextStep = end }
        return end - nextStep
    }

    private mutating func begin(_ planned: PlannedPolicy, _ store: any StorePort) throws(StoreFailure) {
        steps = []
        nextStep = 0
        guard let after = planned.difference.after else {
            return try store.removeElements(of: Int64(planned.number))
        }
        var steps: [Step] = []
        let before = planned.difference.before?.elements ?? PolicyElements()
        after.elements.forEachDifference(from: before) { difference in
            steps.append(difference.after.map { .write($0) } ?? .remove(difference.data))
        }
        self.steps = steps
    }
}
