// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import NIOCore

/// A connection to the daemon: frames go out, replies come back in the order of the requests.
///
/// It only cuts frames. Whoever asks writes and reads the JSON, so that a reply of many megabytes keeps no one else from
/// the event loop.
final class DaemonChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private struct Waiter {
        let promise: EventLoopPromise<[UInt8]>
        let timer: Scheduled<Void>
    }

    private var decoder = FrameDecoder(limit: Frame.requestLimit)
    private var waiters: CircularBuffer<Waiter> = []
    private var context: ChannelHandlerContext?
    private let onEnd: () -> Void

    /// `onEnd` is called once, when the connection has ended.
    init(onEnd: @escaping () -> Void) {
        self.onEnd = onEnd
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    /// Whether calls can be sent.
    var isConnected: Bool { context?.channel.isActive ?? false }

    /// Sends a frame; its reply's payload, or why there is none, goes to the promise.
    func send(_ frame: [UInt8], patience: TimeAmount, _ promise: EventLoopPromise<[UInt8]>) {
        guard let context, isConnected else { return promise.fail(DaemonFailure.lost) }
        // Replies come in order: when one is late, those behind it are too, and the connection is of no more use.
        let timer = context.eventLoop.assumeIsolated().scheduleTask(in: patience) { [weak self] () -> Void in
            self?.end(with: .silent)
        }
        waiters.append(Waiter(promise: promise, timer: timer))
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: frame)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        var input = (buffer.readBytes(length: buffer.readableBytes) ?? [])[...]
        while let event = decoder.next(from: &input) {
            guard case .frame(let payload) = event, let waiter = waiters.popFirst() else {
                return end(with: .violation("a frame that nobody asked for"))
            }
            waiter.timer.cancel()
            waiter.promise.succeed(payload)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(with: .lost)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        fail(.lost)
        onEnd()
    }

    private func end(with failure: DaemonFailure) {
        fail(failure)
        context?.close(promise: nil)
    }

    private func fail(_ failure: DaemonFailure) {
        while let waiter = waiters.popFirst() {
            waiter.timer.cancel()
            waiter.promise.fail(failure)
        }
    }
}
