// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

/// What kernel and store know of a farm besides its declaration: the numbers, the order, the elements.
struct InstalledFarm: Equatable {
    /// The farm's number and its backends', in the order of the farm's list.
    var identity: FarmIdentity
    /// Since when it and its backends are what they are.
    var moments: FarmMoments
    /// The policies that guard it, in order.
    var policies: [NumberedPolicy] = []
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

/// Numbers taken for a group, to give back when it fails.
struct TakenNumbers {
    var farms: [UInt16] = []
    var backends: [UInt32] = []

    var isEmpty: Bool { farms.isEmpty && backends.isEmpty }
}
