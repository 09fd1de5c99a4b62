// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import NIOCore
import NIOHTTP1

/// One connection of a client: requests without a body in, one after the other, answers out. What it waits for always has an
/// end.
final class MetricsConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// For the head of a request.
        case idle(since: NIODeadline)
        /// For the end of a request.
        case receiving(HTTPRequestHead)
        /// For its answer.
        case answering(HTTPRequestHead)
        /// For the client to read it.
        case sending(isLast: Bool)
        /// For the end: nothing more is read.
        case ending
    }

    private let table: ConnectionTable
    private let responder: Responder
    private let limits: ServerLimits
    private var context: ChannelHandlerContext?
    private var state = State.idle(since: .now())
    private var timer: Scheduled<Void>?
    /// The next request of a pipeline: it comes with the end of an answer that is still on its way, and waits for that, so
    /// that a client that does not read has one answer kept for it.
    private var next: [HTTPServerRequestPart] = []
    /// The client has said all it wants to say.
    private var isInputClosed = false

    init(table: ConnectionTable, responder: Responder, limits: ServerLimits) {
        self.table = table
        self.responder = responder
        self.limits = limits
    }

    /// Since when it waits for a request; nil: it does not.
    var idleSince: NIODeadline? {
        if case .idle(let since) = state { since } else { nil }
    }

    func close() {
        context?.close(promise: nil)
    }

    // MARK: The channel

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        guard table.add(self) else { return context.close(promise: nil) }
        // Whoever connects has something to ask.
        wait(limits.request)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        table.remove(self)
        timer?.cancel()
        self.context = nil
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .inputClosed? = event as? ChannelEvent else { return context.fireUserInboundEventTriggered(event) }
        isInputClosed = true
        switch state {
        case .answering, .sending: break
        case .idle, .receiving, .ending: close()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch state {
        case .idle, .receiving:
            // Not HTTP, or more of it than anybody needs. The decoder closes the channel once this returns.
            send(.text(400, "not a request"), isLast: true, isHead: false)
        case .answering, .sending, .ending: close()
        }
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        guard case .sending(isLast: false) = state else { return take(part) }
        // No request here has a body: that it has one is all there is to know of it.
        if case .body = part, case .body? = next.last { return }
        next.append(part)
    }

    private func take(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head):
            guard case .idle = state else { return }
            state = .receiving(head)
            wait(limits.request)
        case .body:
            guard case .receiving = state else { return }
            send(.text(413, "no request here has a body"), isLast: true, isHead: false)
        case .end:
            guard case .receiving(let head) = state else { return }
            state = .answering(head)
            timer?.cancel()
            respond(to: head)
        }
    }

    private func respond(to head: HTTPRequestHead) {
        guard let eventLoop = context?.eventLoop else { return }
        let own = NIOLoopBound(self, eventLoop: eventLoop)
        Task { [responder, limits] in
            let answer = await responder.answer(head, limits: limits)
            eventLoop.execute { own.value.answered(answer, to: head) }
        }
    }

    private func answered(_ answer: Answer, to head: HTTPRequestHead) {
        guard context != nil else { return answer.sent() }
        send(answer, isLast: !head.isKeepAlive || isInputClosed, isHead: head.method == .HEAD)
    }

    // MARK: Answers

    private func send(_ answer: Answer, isLast: Bool, isHead: Bool) {
        guard let context else { return answer.sent() }
        state = .sending(isLast: isLast)
        wait(limits.answer)
        var head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status))
        for (name, value) in answer.headers { head.headers.add(name: name, value: value) }
        if isLast { head.headers.add(name: "Connection", value: "close") }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead, !answer.body.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
        }
        let done = context.eventLoop.makePromise(of: Void.self)
        done.futureResult.assumeIsolated().whenComplete { [weak self] _ in
            answer.sent()
            self?.sent(isLast: isLast)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: done)
    }

    private func sent(isLast: Bool) {
        guard case .sending = state else { return }
        if isLast || isInputClosed && next.isEmpty {
            state = .ending
            // What the client still sends must not take the answer away from it (a reset would).
            context?.close(mode: .output, promise: nil)
            wait(limits.request)
        } else {
            state = .idle(since: .now())
            wait(limits.idle)
            let parts = next
            next = []
            for part in parts { take(part) }
        }
    }

    /// Closes the connection after that time, unless something else is waited for by then.
    private func wait(_ time: TimeAmount) {
        timer?.cancel()
        timer = context?.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] () -> Void in self?.close() }
    }
}
