// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

/// What is the case, apart from what was declared.
public struct Condition: Equatable, Sendable {
    /// How an object does.
    public enum State: String, Sendable, CaseIterable {
        /// New connections are served.
        case up
        /// New connections are served, but not by all that should serve them.
        case degraded
        /// Nobody serves new connections, though they are wanted.
        case down
        /// New connections are not wanted.
        case off
    }

    /// How it does.
    public var state: State
    /// Why it is not `up`; empty when it is.
    public var reason: String

    /// Describes a condition.
    public init(_ state: State, _ reason: String = "") {
        self.state = state
        self.reason = reason
    }
}

/// The conditions of a farm and of its backends, in their order.
public struct FarmCondition: Equatable, Sendable {
    /// The farm's.
    public var farm: Condition
    /// One for each backend.
    public var backends: [Condition]
}

extension Farm {
    /// What is the case with this farm once it is in the kernel.
    public var condition: FarmCondition {
        let families = Set(addresses.map(\.family))
        let conditions = backends.map { $0.condition(servedFamilies: families) }
        return FarmCondition(farm: condition(of: conditions), backends: conditions)
    }

    private func condition(of backends: [Condition]) -> Condition {
        switch state {
        case .off: return Condition(.off, "the farm is off")
        case .down: return Condition(.off, "the farm is down")
        case .up: break
        }
        if addresses.isEmpty { return Condition(.down, "the farm has no address") }
        if backends.isEmpty { return Condition(.down, "the farm has no backend") }
        let serving = backends.count { $0.state == .up }
        if serving == 0 { return Condition(.down, "no backend takes new connections") }
        let wanted = zip(self.backends, backends).count { $0.state != .off && $1.state != .up }
        if let family = unservedFamily(backends) {
            return Condition(.degraded, "no \(family) backend takes new connections")
        }
        return wanted == 0
            ? Condition(.up) : Condition(.degraded, "\(wanted) of \(backends.count) backends take no connections")
    }

    /// A family that the farm has an address of, and no backend that serves it.
    private func unservedFamily(_ conditions: [Condition]) -> AddressFamily? {
        let served = Set(zip(backends, conditions).filter { $1.state == .up }.compactMap { $0.0.address?.family })
        return addresses.map(\.family).first { !served.contains($0) }
    }
}

extension Backend {
    fileprivate func condition(servedFamilies: Set<AddressFamily>) -> Condition {
        switch state {
        case .off: return Condition(.off, "the backend is off: it takes no new clients")
        case .down: return Condition(.down, "the backend is down")
        case .up: break
        }
        guard let address else { return Condition(.down, "the backend has no address") }
        guard servedFamilies.contains(address.family) else {
            return Condition(.down, "the farm has no \(address.family) address")
        }
        return Condition(.up)
    }
}
