// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol

/// One client: bytes in, frames, calls in order, answers in the same order, bytes out.
///
/// A call starts as soon as its place in the order allows (`Order`), so pipelined changes are under way together; answers
/// leave in the order of the frames. Whatever a client sends or leaves unread, what it holds of our memory is bounded.
public final class Connection {
    /// What waits behind the calls that were started.
    enum Pending {
        case frame([UInt8])
        /// A frame that was not kept, and its answer.
        case refused(RPCError)
    }

    /// What a frame costs besides its bytes; without it, a flood of empty frames would cost nothing.
    static let frameOverhead = 128

    enum State { case open, ending, closed }

    let server: Server
    private let transport: any Transport
    let caller: Caller

    var state = State.open
    var decoder: FrameDecoder
    var pending = Queue<Pending>()
    var exchanges = Queue<Exchange>()
    /// The newest exchange as long as it has calls that were not started.
    var current: Exchange?
    private var changesUnderWay = 0
    /// Whether a call is under way behind which nothing starts.
    private var isSlowReadUnderWay = false
    /// What is sent between answers, once the answer that opened it is.
    var stream: (any NotificationSource)? {
        didSet { server.watchers += (stream == nil ? 0 : 1) - (oldValue == nil ? 0 : 1) }
    }
    var hasStream = false
    var output = OutputQueue()
    /// Input that we hold for this client: the unfinished frame, frames that wait, frames without answer.
    var held = 0
    private var isReading = true
    private var isPumping = false
    /// Whether a large frame is being read, before what follows it.
    var isReadingFrame = false
    private var isScheduled = false
    /// When the client last took output or gave input.
    private var lastProgress: UInt64

    /// Requests of this client that were refused at the door.
    var refusals = 0

    init(server: Server, transport: any Transport, role: Role) {
        self.server = server
        self.transport = transport
        caller = Caller(peer: transport.peer, socket: transport.socket, role: role)
        decoder = FrameDecoder(limit: server.limits.frame(on: transport.socket))
        lastProgress = server.clock.now
    }

    // MARK: What the shell reports

    /// The client sent bytes.
    public func receive(_ bytes: ArraySlice<UInt8>) {
        guard state == .open else { return }
        lastProgress = server.clock.now
        var rest = bytes
        var unfinished = decoder.heldBytes
        while let event = decoder.next(from: &rest) {
            hold(-unfinished)
            unfinished = 0
            take(event)
        }
        hold(decoder.heldBytes - unfinished)
        if server.isInputFull, decoder.heldBytes > Server.smallFrame {
            let dropped = decoder.heldBytes
            if decoder.dropUnfinishedFrame() {
                hold(decoder.heldBytes - dropped)
                pending.append(.refused(Server.inputFull))
            }
        }
        pump()
    }

    /// The client will send no more; what it asked for is still answered.
    public func endOfInput() {
        guard state == .open else { return }
        state = .ending
        hold(-decoder.heldBytes)
        decoder = FrameDecoder(limit: decoder.limit)
        pump()
    }

    /// The socket has room again.
    public func writable() {
        guard state != .closed else { return }
        pump()
    }

    /// The connection is gone.
    public func closed() {
        guard state != .closed else { return }
        state = .closed
        hold(-held)
        pending = Queue()
        while let exchange = exchanges.popFirst() {
            if let read = exchange.read.take() { server.largeFrames.giveBack(read) }
        }
        current = nil
        stream = nil
        server.forget(self)
    }

    // MARK: Calls

    /// Starts what may start, sends what is ready.
    func pump() {
        guard state != .closed, !isPumping else { return }
        isPumping = true
        let begin = server.clock.now
        while let call = nextCall(), start(call) {
            sendAnswers()
            guard state != .closed else { break }
            guard !server.turns.isOver(since: begin) else {
                pumpSoon()
                break
            }
        }
        server.turns.note(since: begin)
        isPumping = false
        guard state != .closed else { return }
        sendAnswers()
        guard state != .closed else { return }
        sendNotifications()
        write()
    }

    /// In a later turn, so that other clients have theirs and many answers become one write.
    private func pumpSoon() {
        guard !isScheduled else { return }
        isScheduled = true
        server.turns.append(self)
    }

    /// In the turn that was asked for.
    func pumpInTurn() {
        isScheduled = false
        pump()
    }

    /// Starts a call; false when it has to wait for what is before it.
    private func start(_ call: Exchange.Call) -> Bool {
        guard let exchange = current else { return false }
        let request: Request
        switch call.content {
        case .unusable(let response):
            exchange.advance()
            exchange.answer(call.index, response)
            return true
        case .request(let content):
            request = content
        }
        guard let route = server.router[request.method] else {
            exchange.advance()
            finish(request, of: exchange, at: call.index, with: .failure(.methodNotFound(request.method)))
            return true
        }
        guard caller.role >= route.role else {
            exchange.advance()
            let error = server.notPermitted(request.method, needs: route.role, caller: caller)
            auditRefusal(request.method, error)
            finish(request, of: exchange, at: call.index, with: .failure(error))
            return true
        }
        guard mayStart(route.order) else { return false }
        exchange.advance()
        changesUnderWay += route.order == .change ? 1 : 0
        if route.order.isExclusive { isSlowReadUnderWay = true }
        var isStarting = true
        defer { isStarting = false }
        route.run(request.parameters, caller(of: exchange, route.order)) { [self] result in
            audit(request.method, route, result, atOnce: isStarting)
            changesUnderWay -= route.order == .change ? 1 : 0
            if route.order.isExclusive { isSlowReadUnderWay = false }
            finish(request, of: exchange, at: call.index, with: result)
            if !isPumping { pumpSoon() }
        }
        return true
    }

    private func mayStart(_ order: Order) -> Bool {
        if isSlowReadUnderWay { return false }
        return switch order {
        case .anytime: true
        case .settled: changesUnderWay == 0
        case .read, .slowRead, .stream: server.isReady && changesUnderWay == 0
        case .change: server.isReady && !server.isStopping && changesUnderWay < Server.changesPerConnection
        }
    }

    private func finish(
        _ request: Request, of exchange: Exchange, at index: Int, with result: Router.Outcome
    ) {
        guard let id = request.id else { return exchange.answer(index, nil) }
        switch result {
        case .success(.value(let value)): exchange.answer(index, Response(id: id, result: value))
        case .success(.text(let text)): exchange.answer(index, id, text: text)
        case .failure(let error): exchange.answer(index, Response(id: id, error: error))
        }
    }

    // MARK: Output

    private func sendAnswers() {
        while let exchange = exchanges.first, exchange.isFinished {
            _ = exchanges.popFirst()
            hold(-exchange.size)
            if let read = exchange.read.take() { server.largeFrames.giveBack(read) }
            let frame = exchange.frame()
            if let frame { output.append(frame) }
            if let opened = exchange.stream { stream = opened }
            if max(exchange.size, frame?.count ?? 0) > Server.largeExchange { server.largeExchangeEnded() }
        }
        if output.count > server.limits.output { server.drop(self, "it does not read its answers") }
    }

    private func write() {
        let taken = output.drain(transport.write)
        if taken > 0 {
            lastProgress = server.clock.now
            // Room for further calls and notifications: not now, others come first.
            if output.count <= server.limits.outputPause,
                !pending.isEmpty && !isReadingFrame || current != nil || stream != nil
            {
                pumpSoon()
            }
        }
        if !output.isEmpty || !decoder.isBetweenFrames { server.watchPatience() }
        if isIdle, state == .ending || server.isStopping { return server.hangUp(self) }
        let reading = state == .open && !server.isStopping && held - decoder.heldBytes <= server.limits.inputPause
        if reading != isReading {
            isReading = reading
            lastProgress = server.clock.now
            transport.setReading(reading)
        }
    }

    /// Whether everything that was started is answered and written.
    var isIdle: Bool {
        changesUnderWay == 0 && !isSlowReadUnderWay && output.isEmpty
            && (server.isStopping || exchanges.isEmpty && pending.isEmpty && current == nil && !isReadingFrame)
    }

    /// Whether the client has kept us waiting for too long, with output it does not take or a frame it does not end.
    func isOutOfPatience(_ limits: Limits, now: UInt64) -> Bool {
        let waited = Duration.nanoseconds(Int64(now - lastProgress))
        if !output.isEmpty { return waited > limits.outputPatience }
        return isReading && !decoder.isBetweenFrames && waited > limits.inputPatience
    }

    var isWaitingForClient: Bool { !output.isEmpty || !decoder.isBetweenFrames }

    /// Ends the connection from our side.
    func hangUp() {
        transport.close()
        closed()
    }
}
