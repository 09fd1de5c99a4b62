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
            // What is read so far was not compared with the kernel yet.
            guard gate.state != .loading else { return result }
            let page = try Page(limit: parameters.limit, cursor: parameters.cursor, revision: engine.revision)
            let farms = page.items(of: engine.configuration.farms) { 1 + $0.backends.count }
            result.farms = farms.map { FarmStatus($0.value) }
            result.cursor = page.cursor(after: farms, of: engine.configuration.farms)
            return result
        }
    }
}

extension FarmStatus {
    /// The status of a farm that is in the kernel.
    init(_ farm: Farm) {
        let condition = farm.condition
        self.init(
            name: farm.name.text, state: farm.state.rawValue,
            operational: OperationalState(condition.farm.state), reason: condition.farm.reason,
            backends: zip(farm.backends, condition.backends).map { backend, condition in
                BackendStatus(
                    name: backend.name.text, state: backend.state.rawValue,
                    operational: OperationalState(condition.state), reason: condition.reason)
            })
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
