// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import BalancerProtocol

extension Router {
    /// `status.get`: what is the case. Answers while the engine loads, then without farms.
    mutating func addStatusHandlers(engine: Engine, gate: Gate) {
        add(StatusGet.self, order: .settled) { (parameters, _) throws(RPCError) in
            var result = StatusGet.Result()
            result.revision = engine.revision
            result.state = gate.state
            if case .degraded(let reason) = engine.state { result.reason = reason }
            if let change = engine.unconfirmed {
                result.confirmation = PendingConfirmation(
                    revision: change.revision, base: change.base, remaining: UInt64(engine.confirmationRemaining))
            }
            // What is read so far was not compared with the kernel yet.
            guard gate.state != .loading else { return result }
            if let names = parameters.farms {
                try refusePages(parameters.limit, parameters.cursor, beside: "farms")
                result.farms = engine.configuration.farms.named(names).map { FarmStatus($0, engine) }
                return result
            }
            let page = try Page(limit: parameters.limit, cursor: parameters.cursor, revision: engine.revision)
            let farms = page.items(of: engine.configuration.farms) { 1 + $0.backends.count }
            result.farms = farms.map { FarmStatus($0.value, engine) }
            result.cursor = page.cursor(after: farms, of: engine.configuration.farms)
            return result
        }
    }
}

extension FarmStatus {
    /// The status of a farm that is in the kernel.
    init(_ farm: Farm, _ engine: Engine) {
        let kernel = engine.kernelStatus(of: farm)
        let condition = engine.condition(of: farm)
        let moments = engine.moments(of: farm.name)
        let drains = engine.drainStatuses(of: farm)
        self.init(
            name: farm.name.text, state: farm.state.rawValue,
            operational: OperationalState(condition.farm.state), reason: condition.farm.reason,
            backends: farm.backends.indices.map { index in
                var status = BackendStatus(
                    name: farm.backends[index].name.text, state: farm.backends[index].state.rawValue,
                    operational: OperationalState(condition.backends[index].state),
                    reason: condition.backends[index].reason, mark: UInt64(kernel.backendNumbers[index]))
                status.stateSince = UInt64(moments?.backends[index].declared ?? 0)
                status.operationalSince = UInt64(moments?.backends[index].since ?? 0)
                status.drain = drains[index].map { drain in
                    BackendDrainStatus(until: UInt64(drain.until.number), left: drain.left.map { UInt64($0) })
                }
                return status
            })
        stateSince = UInt64(moments?.farm.declared ?? 0)
        operationalSince = UInt64(moments?.farm.since ?? 0)
        slots = kernel.slots.map { UInt64($0) }
        displaced = kernel.displaced.map { UInt64($0) }
    }
}

extension OperationalState {
    /// The engine's word as it goes over the wire.
    init(_ state: Condition.State) {
        switch state {
        case .up: self = .up
        case .degraded: self = .degraded
        case .down: self = .down
        case .off: self = .off
        }
    }
}
