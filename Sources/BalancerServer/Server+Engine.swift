// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerEngine
import BalancerProtocol

extension Server {
    /// A server over an engine.
    ///
    /// - Parameters:
    ///   - isHeld: nobody is served before `release`, as if the engine were still loading: for a daemon that has something to
    ///     apply before its clients.
    ///   - process: what the process knows of itself.
    ///   - log: told what an administrator may want to see in the journal.
    public convenience init(
        engine: Engine, clock: any ServerClock, authorization: Authorization, limits: Limits = Limits(),
        isHeld: Bool = false, process: ProcessFacts = ProcessFacts(), log: @escaping (ServerNotice) -> Void = { _ in }
    ) {
        let gate = Gate(engine, isHeld: isHeld)
        let figures = ServiceFigures(engine: engine, process: process)
        self.init(
            router: Router(engine: engine, gate: gate, clock: clock, figures: figures, limits: limits),
            isReady: { gate.state != .loading }, clock: clock,
            authorization: authorization, limits: limits, log: log)
        figures.server = self
        openGate = { gate.isHeld = false }
        watched = { [weak engine] in engine?.setWatched($0) }
        engine.events.appended = { [weak self] in self?.notifyWatchers() }
        engine.whenReady { [weak self] in self?.becameReady() }
    }
}

/// Whether requests may pass, and what the state is called meanwhile.
final class Gate {
    private let engine: Engine
    var isHeld: Bool

    init(_ engine: Engine, isHeld: Bool) {
        self.engine = engine
        self.isHeld = isHeld
    }

    /// The state as clients see it.
    var state: ServiceState {
        switch engine.state {
        case .loading: .loading
        case .ready: isHeld ? .loading : .ready
        case .degraded: isHeld ? .loading : .degraded
        }
    }
}

extension Router {
    /// All methods of this version.
    init(engine: Engine, gate: Gate, clock: any ServerClock, figures: ServiceFigures, limits: Limits) {
        self.init(routes: [:])
        let results = LongResults(clock: clock, limit: limits.reply)
        addServiceHandlers(gate: gate)
        addConfigurationHandlers(engine: engine, clock: clock, results: results)
        addHistoryHandlers(engine: engine)
        addDrainHandlers(engine: engine)
        addExplainHandlers(engine: engine)
        addEventHandlers(engine: engine)
        addStatusHandlers(engine: engine, gate: gate, results: results)
        addSessionHandlers(engine: engine)
        addStatisticsHandlers(engine: engine, clock: clock, results: results, service: figures)
    }
}
