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
    /// The next number of a shared object; nil when none was taken.
    private let sharedNumbers: [UInt8]?
    private var nextShared = 0
    private var elements: ElementRows
    private var nextFarm = 0
    private var nextRequest = 0
    private var nextDifference = 0
    private var text: RevisionText?
    /// What each request was about, in their order; only those that make a revision.
    private(set) var objects: [ChangedObjects] = []

    /// Rows in one piece of work: some milliseconds.
    private static let piece = 400

    init(
        plan: GroupPlan, accepted: [AcceptedRequest], numbers: Numbers, sharedNumbers: SharedNumbers, time: Int64
    ) {
        self.plan = plan
        elements = ElementRows(plan.policies)
        self.accepted = accepted
        self.numbers = plan.taken.isEmpty ? nil : numbers.encoded
        self.sharedNumbers = plan.hasNewShared ? sharedNumbers.encoded : nil
        self.time = time
    }

    /// Writes the next rows.
    ///
    /// - Returns: whether all are written.
    mutating func writeSome(to store: any StorePort) throws(StoreFailure) -> Bool {
        var budget = Self.piece
        while budget > 0, nextShared < plan.shared.count {
            try write(plan.shared[nextShared], to: store)
            nextShared += 1
            budget -= 1
        }
        while budget > 0, let count = try elements.write(limit: budget, to: store) { budget -= count }
        while budget > 0, nextFarm < plan.farms.count {
            budget -= try write(plan.farms[nextFarm], to: store)
            nextFarm += 1
        }
        while budget > 0, nextRequest < accepted.count {
            budget -= try writePart(of: accepted[nextRequest], to: store)
        }
        guard nextShared == plan.shared.count, elements.isFinished, nextFarm == plan.farms.count,
            nextRequest == accepted.count
        else {
            return false
        }
        if let numbers { try store.setMetadata(MetadataKey.numbers, numbers) }
        if let cuts = plan.storedCuts { try store.setMetadata(MetadataKey.cuts, cuts.encodedNumbers) }
        try plan.leftovers.write(revision: plan.revision, to: store)
        if let heirs = plan.storedHeirs { try store.setMetadata(MetadataKey.heirs, heirs.encodedNumbers) }
        if let sharedNumbers { try store.setMetadata(MetadataKey.sharedNumbers, sharedNumbers) }
        return true
    }

    /// A revision's text grows in pieces, too.
    ///
    /// - Returns: how much of the budget it took.
    private mutating func writePart(of request: AcceptedRequest, to store: any StorePort) throws(StoreFailure) -> Int {
        let delta = request.delta
        let count = delta.sharedCount + delta.farms.count
        var text = self.text.take() ?? RevisionText(of: delta)
        let end = min(nextDifference + Self.piece / 8, count)
        for index in nextDifference..<end {
            if index < delta.sharedCount {
                text.add(delta.shared(at: index))
            } else {
                text.add(delta.farms[index - delta.sharedCount])
            }
        }
        let cost = 1 + (end - nextDifference) * 4
        nextDifference = end
        guard end == count else {
            self.text = text
            return cost
        }
        if request.makesRevision {
            try store.append(text.row(of: request, time: time))
            objects.append(text.objects)
        }
        for (key, value) in request.submission.request.metadata { try store.setMetadata(key, value) }
        switch request.confirmation {
        case nil: break
        case .ends: try store.setMetadata(MetadataKey.unconfirmed, nil)
        case .begins(let seconds):
            guard request.makesRevision else { break }
            let change = UnconfirmedChange(
                revision: request.revision, deadline: time + Int64(seconds), window: seconds)
            try store.setMetadata(MetadataKey.unconfirmed, change.encoded)
        }
        nextDifference = 0
        nextRequest += 1
        return cost
    }

    private func write(_ planned: PlannedShared, to store: any StorePort) throws(StoreFailure) {
        if let after = planned.difference.after {
            try store.write(
                ObjectRow(
                    key: ObjectKey(kind: after.kind, id: planned.number), parent: 0, position: planned.number,
                    name: after.name.text, body: after.row))
        } else if let before = planned.difference.before {
            try store.remove(ObjectKey(kind: before.kind, id: planned.number))
        }
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
        let (moments, oldMoments) = (after.installed.moments, planned.before?.installed.moments)
        if moments.farm != oldMoments?.farm
            || planned.before.map({ !$0.farm.hasSameAttributes(as: after.farm) }) ?? true
        {
            try store.write(
                ObjectRow(
                    key: ObjectKey(kind: .farm, id: Int64(identity.number)), parent: 0, position: identity.position,
                    name: after.farm.name.text, body: after.farm.row(moments.farm)))
        }
        var old: [UInt32: (backend: Backend, position: Int64, moments: Moments)] = [:]
        if let before = planned.before {
            // A mark of the farm that changes gives its backends other numbers.
            let sameNumbers = before.installed.identity.backendNumbers == identity.backendNumbers
            if sameNumbers, moments.backends == oldMoments?.backends, before.farm.backends == after.farm.backends {
                return rows
            }
            for (index, number) in before.installed.identity.backendNumbers.enumerated() {
                old[number] = (
                    before.farm.backends[index], before.installed.identity.backendPositions[index],
                    before.installed.moments.backends[index]
                )
            }
        }
        for (index, number) in identity.backendNumbers.enumerated() {
            let backend = after.farm.backends[index]
            let position = identity.backendPositions[index]
            if let known = old.removeValue(forKey: number), known.backend == backend, known.position == position,
                known.moments == moments.backends[index]
            {
                continue
            }
            try store.write(
                ObjectRow(
                    key: ObjectKey(kind: .backend, id: Int64(number)), parent: Int64(identity.number),
                    position: position,
                    name: backend.name.text, body: backend.row(moments.backends[index])))
            rows += 1
        }
        for number in old.keys {
            try store.remove(ObjectKey(kind: .backend, id: Int64(number)))
            rows += 1
        }
        return rows
    }
}

extension SharedObject {
    /// What its row holds: a policy without its elements, which have rows of their own.
    fileprivate var row: [UInt8] {
        switch self {
        case .address(let address): address.document.serialized()
        case .policy(let policy): policy.withoutElements.document.serialized()
        case .cluster(let cluster): cluster.document.serialized()
        }
    }
}

extension Policy {
    /// The policy alone: its elements are rows of their own.
    var withoutElements: Policy {
        var policy = self
        policy.elements = PolicyElements()
        return policy
    }
}

extension Farm {
    /// What a farm's row holds: the farm without its backends, which have rows of their own.
    func row(_ moments: Moments) -> [UInt8] { withoutBackends.document.row(moments) }
}

extension Backend {
    /// What a backend's row holds.
    func row(_ moments: Moments) -> [UInt8] { document.row(moments) }
}

extension JSONValue {
    /// An object's document with its moments.
    fileprivate func row(_ moments: Moments) -> [UInt8] {
        var members = object ?? [:]
        members.append(Moments.key, moments.json)
        return JSONValue.object(members).serialized()
    }
}
