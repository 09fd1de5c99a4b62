// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

/// What kernel and store know of a farm besides its declaration: the numbers, the order, the elements.
struct InstalledFarm: Equatable {
    /// The farm's number and its backends', in the order of the farm's list.
    var identity: FarmIdentity
    /// What stands in the kernel for it; nil only while a start has not come to it.
    var compiled: CompiledFarm?
}

/// The stored identity of a farm. It belongs to the farm, not to its name: a rename keeps it.
struct FarmIdentity: Equatable {
    /// 1 … 65,535.
    var number: UInt16
    /// The farm's place in the configuration, growing in order of creation.
    var position: Int64
    /// One number for each backend, in the order of the farm's list.
    var backendNumbers: [UInt32]
    /// The places of the backends, strictly growing along the list.
    var backendPositions: [Int64]
}

extension FarmIdentity {
    /// The identity of a farm after a change: known backends keep number and place, new ones get them.
    ///
    /// - Parameters:
    ///   - before: the farm's identity before, nil for a new farm.
    ///   - position: where a new farm goes.
    /// - Throws: `limit` when there is no number left.
    static func assign(
        to difference: ObjectDifference<Farm>, before: FarmIdentity?, position: Int64, numbers: inout Numbers,
        taken: inout TakenNumbers
    ) throws(BalancerError) -> FarmIdentity {
        let farm = difference.after!
        var identity: FarmIdentity
        if let before {
            identity = before
        } else {
            guard let number = numbers.takeFarm() else {
                throw BalancerError(.limit, at: .farm(farm.name), "there are \(Numbers.farmLimit) farms already")
            }
            taken.farms.append(number)
            identity = FarmIdentity(number: number, position: position, backendNumbers: [], backendPositions: [])
        }
        let origins = difference.originsOfBackends
        if origins.count == identity.backendNumbers.count, origins.enumerated().allSatisfy({ $0 == $1 }) {
            return identity
        }
        let old = identity
        identity.backendNumbers = []
        identity.backendPositions = []
        var last: Int64 = -1
        for (index, origin) in origins.enumerated() {
            if let origin {
                identity.backendNumbers.append(old.backendNumbers[origin])
                last = max(last + 1, old.backendPositions[origin])
            } else {
                guard let number = numbers.takeBackend() else {
                    throw BalancerError(
                        .limit, at: .backend(farm.backends[index].name, of: farm.name), "no backend number is left")
                }
                taken.backends.append(number)
                identity.backendNumbers.append(number)
                last += 1
            }
            identity.backendPositions.append(last)
        }
        return identity
    }
}

/// Numbers taken for a group, to give back when it fails.
struct TakenNumbers {
    var farms: [UInt16] = []
    var backends: [UInt32] = []

    var isEmpty: Bool { farms.isEmpty && backends.isEmpty }
}
