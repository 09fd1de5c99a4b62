// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
public import BalancerModel

/// What a farm is in the kernel, as far as people want to see it.
public struct KernelStatus: Equatable, Sendable {
    /// The numbers of its backends in connection marks, in their order.
    public var backendNumbers: [UInt32]
    /// How many slots the flows of a consistent hash are spread over; nil for other schedulers.
    public var slots: Int?
    /// Of 1000 flows of the other backends, how many move when one leaves; nil where they are known to be few.
    public var displaced: Int?
}

extension EngineStatus {
    /// What a farm is in the kernel.
    public func inKernel(_ farm: Farm) -> KernelStatus {
        guard let installed = farms[farm.name] else {
            return KernelStatus(backendNumbers: farm.backends.map { _ in 0 }, slots: nil, displaced: nil)
        }
        let spread = consistentSpread(of: NumberedFarm(farm, installed))
        return KernelStatus(
            backendNumbers: installed.identity.backendNumbers, slots: spread?.slots,
            displaced: spread?.displacedPerMille)
    }
}
