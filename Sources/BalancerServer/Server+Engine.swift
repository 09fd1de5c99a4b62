// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerEngine
import BalancerProtocol

extension Server {
    /// A server over an engine.
    ///
    /// - Parameter log: told what an administrator may want to see in the journal.
    public convenience init(
        engine: Engine, clock: any ServerClock, authorization: Authorization, limits: Limits = Limits(),
        log: @escaping (ServerNotice) -> Void = { _ in }
    ) {
        self.init(
            router: Router(engine: engine), isReady: { engine.state != .loading }, clock: clock,
            authorization: authorization, limits: limits, log: log)
        engine.whenReady { [weak self] in self?.becameReady() }
    }
}

extension Router {
    /// All methods of this version.
    init(engine: Engine) {
        self.init(routes: [:])
        addServiceHandlers(engine: engine)
        addConfigurationHandlers(engine: engine)
        addStatusHandlers(engine: engine)
    }
}

extension ServiceState {
    /// The state of an engine as clients see it.
    init(_ state: Engine.State) {
        switch state {
        case .loading: self = .loading
        case .ready: self = .ready
        case .degraded: self = .degraded
        }
    }
}
