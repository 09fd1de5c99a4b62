// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

/// A farm with the numbers by which the kernel knows it and its backends.
public struct NumberedFarm: Sendable, Hashable {
    /// The farm as declared.
    public var farm: Farm
    /// 1 … 65,535: the low half of the register.
    public var number: UInt16
    /// 1 … 2²⁹ − 1 each, in the order of the farm's backends: bits 28 to 0 of the connection mark.
    public var backendNumbers: [UInt32]
    /// The policies that guard it, in their order.
    public var policies: [NumberedPolicy]

    /// Numbers a farm.
    public init(farm: Farm, number: UInt16, backendNumbers: [UInt32], policies: [NumberedPolicy] = []) {
        self.policies = policies
        precondition(number > 0 && backendNumbers.count == farm.backends.count)
        self.farm = farm
        self.number = number
        self.backendNumbers = backendNumbers
    }
}
