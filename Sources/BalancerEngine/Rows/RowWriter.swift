// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// Writes a group's rows, some hundred in each turn: the objects that differ, the revisions, what else belongs to it.
struct RowWriter {
    private let plan: GroupPlan
    private let accepted: [AcceptedRequest]
    private let time: Int64
    /// Where the hands of `Numbers` stand; nil when none was taken.
    private let numbers: [UInt8]?
    private var nextFarm = 0
    private var nextRequest = 0
    private var nextDifference = 0
    private var text = RevisionText()

    /// Rows in one piece of work: some milliseconds.
    private static let piece = 400

    init(plan: GroupPlan, accepted: [AcceptedRequest], numbers: Numbers, time: Int64) {
        self.plan = plan
        self.accepted = accepted
        self.numbers = plan.taken.isEmpty ? nil : numbers.encoded
        self.time = time
    }

    /// Writes the next rows.
    ///
    /// - Returns: whether all are written.
    mutating func writeSome(to store: any StorePort) throws(StoreFailure) -> Bool {
        var budget = Self.piece
        while budget > 0, nextFarm < plan.farms.count {
            budget -= try write(plan.farms[nextFarm], to: store)
            nextFarm += 1
        }
        while budget > 0, nextRequest < accepted.count {
            budget -= try writePart(of: accepted[nextRequest], to: store)
        }
        guard nextFarm == plan.farms.count, nextRequest == accepted.count else { return false }
        if let numbers { try store.setMetadata(MetadataKey.numbers, numbers) }
        return true
    }

    /// A revision's text grows in pieces, too.
    ///
    /// - Returns: how much of the budget it took.
    private mutating func writePart(of request: AcceptedRequest, to store: any StorePort) throws(StoreFailure) -> Int {
        let differences = request.delta.farms
        let end = min(nextDifference + Self.piece / 8, differences.count)
        for difference in differences[nextDifference..<end] { text.add(difference) }
        let cost = 1 + (end - nextDifference) * 4
        nextDifference = end
        guard end == differences.count else { return cost }
        if request.makesRevision { try store.append(text.row(of: request, time: time)) }
        for (key, value) in request.submission.request.metadata { try store.setMetadata(key, value) }
        text = RevisionText()
        nextDifference = 0
        nextRequest += 1
        return cost
    }

    /// - Returns: how many rows it was.
    private func write(_ planned: PlannedFarm, to store: any StorePort) throws(StoreFailure) -> Int {
        var rows = 1
        guard let after = planned.after else {
            let identity = planned.before!.installed.identity
            try store.remove(ObjectKey(kind: .farm, id: Int64(identity.number)))
            for number in identity.backendNumbers {
                try store.remove(ObjectKey(kind: .backend, id: Int64(number)))
                rows += 1
            }
            return rows
        }
        let identity = after.installed.identity
        if planned.before.map({ !$0.farm.hasSameAttributes(as: after.farm) }) ?? true {
            try store.write(
                ObjectRow(
                    key: ObjectKey(kind: .farm, id: Int64(identity.number)), parent: 0, position: identity.position,
                    name: after.farm.name.text, body: after.farm.row))
        }
        var old: [UInt32: (backend: Backend, position: Int64)] = [:]
        if let before = planned.before {
            if before.farm.backends == after.farm.backends { return rows }
            for (index, number) in before.installed.identity.backendNumbers.enumerated() {
                old[number] = (before.farm.backends[index], before.installed.identity.backendPositions[index])
            }
        }
        for (index, number) in identity.backendNumbers.enumerated() {
            let backend = after.farm.backends[index]
            let position = identity.backendPositions[index]
            if let known = old.removeValue(forKey: number), known.backend == backend, known.position == position {
                continue
            }
            try store.write(
                ObjectRow(
                    key: ObjectKey(kind: .backend, id: Int64(number)), parent: Int64(identity.number),
                    position: position,
                    name: backend.name.text, body: backend.row))
            rows += 1
        }
        for number in old.keys {
            try store.remove(ObjectKey(kind: .backend, id: Int64(number)))
            rows += 1
        }
        return rows
    }
}

extension Farm {
    /// What a farm's row holds: the farm without its backends, which have rows of their own.
    var row: [UInt8] { withoutBackends.document.serialized() }
}

extension Backend {
    /// What a backend's row holds.
    var row: [UInt8] { document.serialized() }
}
