// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
public import BalancerProtocol
import JSON

/// Serves clients: knows all connections and what they hold together.
public final class Server {
    /// Changes of one connection that are under way at the same time.
    static let changesPerConnection = 1_024
    /// Frames up to this size are taken also when the input budget is used up, so that small requests get through.
    static let smallFrame = 4 << 10
    /// From this size on, a frame is not read at once: some hundred microseconds of work.
    static let largeFrame = 32 << 10
    /// From this size on, a request or a reply is worth tidying up after.
    static let largeExchange = 1 << 20

    static let inputFull = RPCError(
        kind: .busy, reason: "too much input of all clients waits for its end or its answer", hint: "try again later")

    let clock: any ServerClock
    let largeFrames: LargeFrames
    let turns: Turns
    let limits: Limits
    let router: Router
    private let readiness: () -> Bool
    private let authorization: Authorization
    private let log: (ServerNotice) -> Void

    private var connections: [ObjectIdentifier: Connection] = [:]
    private var admission: Admission
    /// Input held for all clients, in bytes.
    var inputHeld = 0
    var openGate: () -> Void = {}
    private var isWatchingPatience = false
    private var isNotifying = false
    /// Called when the first one watches, and when nobody does any more.
    var watched: (Bool) -> Void = { _ in }
    var watchers = 0 {
        didSet { if (watchers > 0) != (oldValue > 0) { watched(watchers > 0) } }
    }
    private(set) var isStopping = false
    /// Whether nobody new is taken any more.
    private var isClosing = false
    private var stopped: (() -> Void)?

    /// A server over any methods: for tests of what is not about balancing.
    init(
        router: Router, isReady: @escaping () -> Bool, clock: any ServerClock, authorization: Authorization,
        limits: Limits, log: @escaping (ServerNotice) -> Void
    ) {
        self.router = router
        readiness = isReady
        self.clock = clock
        largeFrames = LargeFrames(clock: clock)
        turns = Turns(clock: clock)
        self.authorization = authorization
        self.limits = limits
        self.log = log
        admission = Admission(limits: limits)
    }

    /// Called when a request or a reply of more than a mebibyte is done with: the moment to give memory back.
    public var largeExchangeEnded: () -> Void = {}

    /// How many clients are connected.
    public var connectionCount: Int { connections.count }

    // MARK: Connections

    /// Takes a new client, or refuses it (its transport is then closed) when all places are taken.
    public func accept(_ transport: any Transport) -> Connection? {
        let role = authorization.role(of: transport.peer, on: transport.socket)
        guard !isClosing, admission.enter(user: transport.peer.user, role: role) else {
            log(.refusedConnection(transport.peer, transport.socket))
            let error = RPCError(kind: .limit, reason: "too many connections", hint: "close one, or try again later")
            _ = transport.write(Frame.encode(Response(id: .null, error: error).json.serialized())[...])
            transport.close()
            return nil
        }
        let connection = Connection(server: self, transport: transport, role: role)
        connections[ObjectIdentifier(connection)] = connection
        return connection
    }

    func forget(_ connection: Connection) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        admission.leave(user: connection.caller.peer.user)
        finishStop()
    }

    func audit(_ caller: Caller, _ method: String, _ error: RPCError?) {
        log(.request(caller.peer, caller.socket, method: method, error: error))
    }

    func hangUp(_ connection: Connection) { connection.hangUp() }

    func drop(_ connection: Connection, _ reason: String) {
        log(.droppedConnection(connection.caller.peer, connection.caller.socket, reason: reason))
        connection.hangUp()
    }

    /// What waited for the end of loading may start.
    func becameReady() { pumpAll() }

    /// Serves everybody, once the engine is ready.
    public func release() {
        openGate()
        pumpAll()
    }

    private func pumpAll() {
        for connection in Array(connections.values) { connection.pump() }
    }

    /// Something has happened: whoever watches is told in a later turn, once for all that happens until then.
    func notifyWatchers() {
        guard !isNotifying else { return }
        isNotifying = true
        clock.soon { [weak self] in
            guard let self else { return }
            isNotifying = false
            for connection in Array(connections.values) where connection.isWatching { connection.pump() }
        }
    }

    // MARK: Limits

    var isReady: Bool { readiness() }
    var isInputFull: Bool { inputHeld > limits.input }

    func notPermitted(_ method: String, needs role: Role, caller: Caller) -> RPCError {
        RPCError(
            kind: .notPermitted,
            reason: "\(method) needs the role \(role.word), this connection has \(caller.role.word)",
            hint: caller.socket == .readOnly ? "use the socket that is not read-only" : nil)
    }

    /// Looks once a second after clients that keep us waiting, as long as there is one.
    func watchPatience() {
        guard !isWatchingPatience else { return }
        isWatchingPatience = true
        clock.after(milliseconds: 1_000) { [weak self] in
            self?.isWatchingPatience = false
            self?.checkPatience()
        }
    }

    private func checkPatience() {
        for connection in Array(connections.values) where connection.isOutOfPatience(limits, now: clock.now) {
            drop(connection, "it kept the daemon waiting")
        }
        if connections.values.contains(where: \.isWaitingForClient) { watchPatience() }
    }

    // MARK: The end

    /// Takes no more clients; a little later no more requests either; answers what is under way, hangs up.
    ///
    /// - Parameters:
    ///   - lastWords: milliseconds in which clients are served as ever. Who has just connected, or is between two requests,
    ///     gets its answer; whoever comes later waits at the socket for the next daemon.
    ///   - milliseconds: how long the answers may take after that.
    ///   - completion: called once, when all connections are closed; at the latest after both times.
    public func stop(lastWords: Int, grace milliseconds: Int, completion: @escaping () -> Void) {
        isClosing = true
        stopped = completion
        guard lastWords > 0, !connections.isEmpty else { return hangUpAll(within: milliseconds) }
        clock.after(milliseconds: lastWords) { [weak self] in self?.hangUpAll(within: milliseconds) }
    }

    private func hangUpAll(within milliseconds: Int) {
        isStopping = true
        clock.after(milliseconds: milliseconds) { [weak self] in
            guard let self else { return }
            for connection in Array(connections.values) { connection.hangUp() }
            finishStop()
        }
        pumpAll()
        finishStop()
    }

    private func finishStop() {
        guard isClosing, connections.isEmpty, let stopped else { return }
        self.stopped = nil
        stopped()
    }
}

/// What a server has to say by itself.
public enum ServerNotice: Equatable, Sendable {
    /// There was no place for a client.
    case refusedConnection(Peer, SocketRole)
    /// A client was dropped.
    case droppedConnection(Peer, SocketRole, reason: String)
    /// A request that is for more than readers has ended without the engine, which tells of those that it gets: done, or
    /// refused for a reason.
    case request(Peer, SocketRole, method: String, error: RPCError?)
}
