// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import BalancerProtocol
import JSON

extension Router {
    /// `status.get`: what is the case. Answers while the engine loads, then without farms.
    mutating func addStatusHandlers(engine: Engine, gate: Gate, results: LongResults) {
        add(StatusGet.self, order: .settled, results: results) { parameters, _, answer in
            answer(Result { () throws(RPCError) in try engine.result(of: parameters, gate) })
        }
    }
}

extension Engine {
    fileprivate func result(of parameters: StatusGet.Parameters, _ gate: Gate) throws(RPCError) -> JSONSource {
        var result = StatusGet.Result()
        result.revision = revision
        result.state = gate.state
        if case .degraded(let reason) = state { result.reason = reason }
        if let change = unconfirmed {
            result.confirmation = PendingConfirmation(
                revision: change.revision, base: change.base, remaining: UInt64(confirmationRemaining))
        }
        // What is read so far was not compared with the kernel yet.
        guard gate.state != .loading else { return JSONSource(result.object) }
        let farms: [Farm]
        if let names = parameters.farms {
            try refusePages(parameters.limit, parameters.cursor, beside: "farms")
            farms = configuration.farms.named(names)
        } else {
            let page = try Page(limit: parameters.limit, cursor: parameters.cursor, revision: revision)
            let items = page.items(of: configuration.farms) { 1 + $0.backends.count }
            farms = items.map(\.value)
            result.cursor = page.cursor(after: items, of: configuration.farms)
        }
        let status = status
        return JSONSource(
            result.object, replacing: ["farms": .list(farms) { .value(FarmStatus($0, status).field) }])
    }
}

extension FarmStatus {
    /// The status of a farm that is in the kernel.
    init(_ farm: Farm, _ status: EngineStatus) {
        let kernel = status.inKernel(farm)
        let condition = status.condition(of: farm)
        let moments = status.moments(of: farm.name)
        let drains = status.drains(of: farm)
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
