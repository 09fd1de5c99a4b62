// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import NIOCore
import NIOHTTP1

/// One connection of a client: requests in, one after the other, answers out. What it waits for always has an end.
final class HTTPConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    enum State {
        /// For the head of a request.
        case idle(since: NIODeadline)
        /// The body of an admitted request arrives.
        case receiving(HTTPRequest, since: NIODeadline, last: NIODeadline)
        /// A request without a body was refused; its end comes now.
        case refusing(HTTPAnswer)
        /// A request is answered by others.
        case answering
        /// The answer is sent; `rest` does not fit into the socket yet.
        case sending(rest: ArraySlice<UInt8>, last: NIODeadline)
        /// The end of the answer waits for room in the socket.
        case finishing(since: NIODeadline)
        /// A request was refused before it was there, and its rest is dropped.
        case lingering(dropped: Int, since: NIODeadline)
    }

    private let table: ConnectionTable
    private let gate: Gate
    private let responder: any Responder
    private var context: ChannelHandlerContext?
    private(set) var state = State.idle(since: .now())
    private var head: HTTPRequestHead?
    private var started = NIODeadline.now()
    private var heldBody = 0
    private var heldAnswer = 0
    /// Whether the connection ends with the answer.
    private var isLast = false
    private var isPumping = false
    private var answerCount = 0

    init(table: ConnectionTable, gate: Gate, responder: any Responder) {
        self.table = table
        self.gate = gate
        self.responder = responder
    }

    /// Since when it waits for a request; nil: it does not.
    var idleSince: NIODeadline? {
        if case .idle(let since) = state { since } else { nil }
    }

    /// When it has waited for the client long enough; nil: it does not wait for it.
    var deadline: NIODeadline? {
        let limits = table.limits
        return switch state {
        case .idle(let since): since + limits.idle
        case .receiving(_, let since, let last): min(since + limits.bodyTime, last + limits.bodyPause)
        case .sending(_, let last): last + limits.answerPause
        case .finishing(let since): since + limits.answerPause
        case .lingering(_, let since): since + limits.linger
        case .refusing, .answering: nil
        }
    }

    func close() {
        context?.close(promise: nil)
    }

    // MARK: The channel

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        guard table.add(self) else { return context.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        table.remove(self)
        table.releaseBody(heldBody)
        table.releaseAnswer(heldAnswer)
        (heldBody, heldAnswer) = (0, 0)
        self.context = nil
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .inputClosed? = event as? ChannelEvent else { return context.fireUserInboundEventTriggered(event) }
        switch state {
        // A client that is done with asking may still read.
        case .answering, .sending, .finishing, .refusing: isLast = true
        case .idle, .receiving, .lingering: close()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let status = ParserFailure.status(of: error)
        startNext()
        switch state {
        case .idle, .receiving:
            guard let status else { return close() }
            table.releaseBody(heldBody)
            heldBody = 0
            isLast = true
            // The decoder closes the channel once this returns, so the answer must be on its way by then.
            send(.empty(status))
        case .answering, .sending, .finishing:
            // What was asked before it is still answered.
            if status == nil { close() } else { isLast = true }
        case .refusing, .lingering: close()
        }
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head)
        case .body(let bytes): receive(bytes)
        case .end: end()
        }
    }

    /// The next of a pipeline comes while the end of the answer before it is being written.
    private func startNext() {
        if case .finishing = state, !isLast { conclude() }
    }

    private func begin(_ head: HTTPRequestHead) {
        startNext()
        guard case .idle = state else { return }
        self.head = head
        started = .now()
        isLast = head.isLast
        switch gate.admit(head) {
        case .admitted(let request):
            state = .receiving(request, since: started, last: started)
            if head.expectsContinue { proceed() }
        case .refused(let answer):
            if head.announcesBody { return refuse(answer) }
            state = .refusing(answer)
        }
    }

    private func receive(_ bytes: ByteBuffer) {
        switch state {
        case .receiving(var request, let since, _):
            guard request.body.count + bytes.readableBytes <= table.limits.body else { return refuse(Refusals.tooLong) }
            guard table.takeBody(bytes.readableBytes) else { return refuse(Refusals.noRoom) }
            heldBody += bytes.readableBytes
            // So that the body has one owner and grows in place.
            state = .answering
            request.body.append(contentsOf: bytes.readableBytesView)
            state = .receiving(request, since: since, last: .now())
        case .lingering(let dropped, let since):
            let dropped = dropped + bytes.readableBytes
            state = .lingering(dropped: dropped, since: since)
            if dropped > table.limits.lingerBytes { close() }
        case .idle, .refusing, .answering, .sending, .finishing: break
        }
    }

    private func end() {
        switch state {
        case .receiving(let request, _, _):
            state = .answering
            respond(to: request)
        case .refusing(let answer): send(answer)
        case .idle, .answering, .sending, .finishing, .lingering: break
        }
    }

    private func respond(to request: HTTPRequest) {
        guard let eventLoop = context?.eventLoop else { return }
        let own = NIOLoopBound(self, eventLoop: eventLoop)
        Task { [responder] in
            let answer = await responder.answer(request)
            eventLoop.execute { own.value.answered(answer) }
        }
    }

    private func answered(_ answer: HTTPAnswer) {
        table.releaseBody(heldBody)
        heldBody = 0
        guard context != nil else { return }
        guard table.takeAnswer(answer.body.count) else { return send(Refusals.noRoom) }
        heldAnswer = answer.body.count
        send(answer)
    }

    /// Answers a request whose body is not wanted: the connection ends, but not before the client could read why.
    private func refuse(_ answer: HTTPAnswer) {
        table.releaseBody(heldBody)
        heldBody = 0
        isLast = true
        state = .lingering(dropped: 0, since: .now())
        write(answer) { [weak self] in self?.context?.close(mode: .output, promise: nil) }
    }

    // MARK: Answers

    private func proceed() {
        let head = HTTPResponseHead(version: .http1_1, status: .continue)
        context?.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    private func send(_ answer: HTTPAnswer) {
        if table.isClosing { isLast = true }
        gate.log(head, answer, .now() - started)
        state = .sending(rest: answer.body[...], last: .now())
        writeHead(of: answer)
        if head?.method == .HEAD { state = .sending(rest: [], last: .now()) }
        pump()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        pump()
        context.fireChannelWritabilityChanged()
    }

    /// Writes what the socket takes; the rest waits for the client to read. A write may call this again before it returns,
    /// and the end of an answer may bring the next request of a pipeline, whose answer is then sent here too.
    private func pump() {
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        while let context, case .sending(var rest, _) = state {
            if rest.isEmpty {
                finish(context)
                continue
            }
            guard context.channel.isWritable else { return }
            let part = rest.prefix(64 << 10)
            rest.removeFirst(part.count)
            state = .sending(rest: rest, last: .now())
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: part)))), promise: nil)
        }
    }

    private func finish(_ context: ChannelHandlerContext) {
        state = .finishing(since: .now())
        let done = context.eventLoop.makePromise(of: Void.self)
        let number = answerCount
        done.futureResult.assumeIsolated().whenComplete { [weak self] _ in self?.sent(number) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: done)
    }

    private func sent(_ number: Int) {
        guard case .finishing = state, number == answerCount else { return }
        conclude()
        if isLast { close() }
    }

    /// The answer is out.
    private func conclude() {
        answerCount += 1
        table.releaseAnswer(heldAnswer)
        heldAnswer = 0
        state = .idle(since: .now())
        head = nil
    }

    private func write(_ answer: HTTPAnswer, _ done: @escaping () -> Void) {
        guard let context else { return }
        gate.log(head, answer, .now() - started)
        writeHead(of: answer)
        if head?.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
        }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { _ in done() }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
    }

    private func writeHead(of answer: HTTPAnswer) {
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status),
            headers: answer.headers(isLast: isLast))
        context?.write(wrapOutboundOut(.head(head)), promise: nil)
    }
}
