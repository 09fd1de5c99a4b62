// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import BalancerProtocol

extension FarmRow {
    /// What is to be said of a farm with these figures; nil: it is gone since they were read.
    init?(_ figures: FarmFigures, _ farms: OrderedTable<Farm>, _ status: EngineStatus) {
        guard let farm = farms[figures.name] else { return nil }
        let condition = status.condition(of: farm)
        self.init()
        name = farm.name.text
        mode = farm.mode.rawValue
        scheduler = farm.scheduler.rawValue
        families = Set(farm.addresses.map(\.family.rawValue)).sorted()
        protocols = Set(farm.addresses.map(\.transport.rawValue)).sorted()
        state = farm.state.rawValue
        operational = OperationalState(condition.farm.state)
        since = status.moments(of: farm.name).map { UInt64($0.farm.since) }
        counts = CountsRow(TrafficCounts(figures.total))
        if farm.hasLimits || figures.total.limits != LimitFigures() { limits = LimitCounts(all: figures.total.limits) }
        // Hardly ever another list than a moment ago.
        let isSame = farm.backends.elementsEqual(figures.backends) { $0.name == $1.name }
        let others = isSame ? [:] : figures.backends.reduce(into: [Name: BackendFigures]()) { $0[$1.name] = $1 }
        backends.reserveCapacity(farm.backends.count)
        for (index, backend) in farm.backends.enumerated() {
            let counted = isSame ? figures.backends[index] : others[backend.name]
            backends.append(BackendRow(backend, condition.backends[index], counted))
        }
    }
}

extension BackendRow {
    fileprivate init(_ backend: Backend, _ condition: Condition, _ counted: BackendFigures?) {
        let figures = counted?.figures ?? TrafficFigures()
        let isLimited = backend.options.establishedLimit != .none || figures.limits.backends > 0
        self.init(
            name: backend.name.text, state: backend.state.rawValue, operational: OperationalState(condition.state),
            weight: UInt64(backend.weight.value), counts: TrafficCounts(figures),
            limited: isLimited ? figures.limits.backends : nil, sessions: counted?.sessions,
            established: counted?.established)
    }
}
