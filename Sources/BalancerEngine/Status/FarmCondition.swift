// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

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
    ///
    /// - Parameter facts: the network as far as it is known.
    func condition(in facts: NetworkFacts) -> FarmCondition {
        let families = Set(addresses.map(\.family))
        // A proxy does not ask for priorities.
        let active =
            mode == .local
            ? [:] : Dictionary(uniqueKeysWithValues: families.map { ($0, activePriority($0, in: facts)) })
        let conditions = backends.map { backend in
            let condition = backend.condition(servedFamilies: families, activePriorities: active)
            guard mode.isAtIngress, condition.state == .up, let address = backend.address else { return condition }
            return obstacle(to: backend, at: address, facts).map { Condition(.down, $0) } ?? condition
        }
        return FarmCondition(farm: condition(of: conditions, in: facts), backends: conditions)
    }

    private func condition(of backends: [Condition], in facts: NetworkFacts) -> Condition {
        switch state {
        case .off: return Condition(.off, "the farm is off")
        case .down: return Condition(.off, "the farm is down")
        case .up: break
        }
        if addresses.isEmpty { return Condition(.down, "the farm has no address") }
        // The proxy on the balancer answers; what it does with the backends is its own business.
        if mode == .local { return Condition(.up) }
        if backends.isEmpty { return Condition(.down, "the farm has no backend") }
        let serving = backends.count { $0.state == .up }
        if serving == 0 { return Condition(.down, "no backend takes new connections") }
        if let missing = missingForwarding(backends, in: facts) { return Condition(.degraded, missing) }
        let wanted = backends.count { $0.state == .down }
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
    fileprivate func condition(
        servedFamilies: Set<AddressFamily>, activePriorities: [AddressFamily: Priority?]
    ) -> Condition {
        switch state {
        case .off: return Condition(.off, "the backend is off: it takes no new clients")
        case .down: return Condition(.down, isDrained ? "the backend is drained" : "the backend is down")
        case .incomplete: return Condition(.down, "the backend is not put up yet")
        case .up: break
        }
        guard let address else { return Condition(.down, "the backend has no address") }
        guard servedFamilies.contains(address.family) else {
            return Condition(.down, "the farm has no \(address.family) address")
        }
        if let active = activePriorities[address.family] ?? nil, priority > active {
            return Condition(.off, "priority \(priority) stands by while priority \(active) serves")
        }
        return Condition(.up)
    }
}
