// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

/// Backends whose marks have changed have other numbers, and go on counting under those. Which number follows which is stored
/// with the change, so that a daemon that is killed before it has moved the counts does so at its next start. It goes from the
/// store with the next change.
extension GroupPlan {
    /// The numbers of backends after the change, by those that they had before.
    var heirs: [UInt32: UInt32] {
        var result: [UInt32: UInt32] = [:]
        for (farm, origins) in zip(farms, origins) {
            guard let before = farm.before?.installed.identity, let after = farm.after?.installed.identity,
                before.backendNumbers != after.backendNumbers
            else { continue }
            for (number, origin) in zip(after.backendNumbers, origins) {
                guard let origin, before.backendNumbers[origin] != number else { continue }
                result[before.backendNumbers[origin]] = number
            }
        }
        return result
    }
}

extension Engine {
    /// The number of the backend that had this one before; nil: it is gone.
    func heir(of number: UInt32) -> UInt32? {
        var current = number
        // As long as the longest way there can be: numbers may have gone back and forth.
        for _ in retired.heirs.indices {
            guard let next = retired.heirs[current] else { return nil }
            if numbers.isInUse(backend: next) { return next }
            current = next
        }
        return nil
    }

    /// Numbers that backends of a farm had and nobody has now, while something may be counted under them.
    func retiredNumbers(of farm: UInt16) -> Set<UInt32> {
        Set((retired.backends[farm] ?? []).filter { !numbers.isInUse(backend: $0) })
    }

    /// What a group that is durable says of them.
    func noteHeirs(_ plan: GroupPlan) {
        retired.heirs.merge(plan.heirs) { _, new in new }
        storedHeirs = plan.storedHeirs ?? storedHeirs
    }

    /// A group was taken back: what was counted meanwhile belongs to the numbers of before.
    func giveBackHeirs(_ plan: GroupPlan) {
        for (number, heir) in plan.heirs { retired.heirs[heir] = number }
    }

    /// After a start: what the daemon before may not have moved.
    func resumeHeirs() {
        guard !storedHeirs.isEmpty else { return }
        retired.heirs = storedHeirs
        let before = Dictionary(grouping: storedHeirs.keys.filter { !numbers.isInUse(backend: $0) }) { heir(of: $0) }
        for farm in farms.values {
            for number in farm.identity.backendNumbers { retire(before[number] ?? [], of: farm.identity.number) }
        }
    }
}

extension [UInt32: UInt32] {
    /// As the store has it: pairs.
    var encodedNumbers: [UInt8] {
        Array(sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: " ").utf8)
    }

    /// From the store.
    init(encodedNumbers bytes: [UInt8]) {
        let numbers = String(decoding: bytes, as: UTF8.self).split(separator: " ").compactMap { UInt32($0) }
        self.init(minimumCapacity: numbers.count / 2)
        for index in Swift.stride(from: 0, to: numbers.count - 1, by: 2) { self[numbers[index]] = numbers[index + 1] }
    }
}
