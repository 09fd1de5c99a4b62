// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerClient
package import BalancerProtocol
package import JSON
package import NIOCore
import NIOPosix
import Synchronization

/// One connection to the daemon that is made when it is needed, and made again when it was lost. Calls wait a bounded time
/// for it.
package final class DaemonLink: Sendable {
    private let eventLoop: any EventLoop
    private let core: NIOLoopBound<LinkCore>
    private let numbers = Atomic<UInt64>(0)

    /// A link to the socket at a path. A call waits `patience` for a connection; with none, it fails as soon as nobody
    /// listens.
    package static func make(path: String, on eventLoop: any EventLoop, patience: TimeAmount) async throws -> DaemonLink
    {
        try await eventLoop.submit {
            DaemonLink(eventLoop, LinkCore(path: path, eventLoop: eventLoop, patience: patience))
        }.get()
    }

    private init(_ eventLoop: any EventLoop, _ core: LinkCore) {
        self.eventLoop = eventLoop
        self.core = NIOLoopBound(core, eventLoop: eventLoop)
    }

    /// Calls a method. It must answer within `limit` once it was sent.
    package func call<Method: RPCMethod>(
        _ method: Method.Type, _ parameters: Method.Parameters = .init(), limit: TimeAmount = .seconds(30)
    ) async throws(DaemonFailure) -> Method.Result {
        let result = try await call(method.request(id: nil, parameters), limit: limit)
        do {
            return try method.decode(result: result)
        } catch {
            throw .violation("\(method.name) returned \(error)")
        }
    }

    /// Sends a request with an id of its own.
    package func call(_ request: Request, limit: TimeAmount) async throws(DaemonFailure) -> JSONValue {
        var request = request
        let id = RequestID.integer(numbers.wrappingAdd(1, ordering: .relaxed).newValue)
        request.id = id
        let frame = request.frame
        guard frame.count - Frame.headerLength <= Frame.requestLimit else { throw .tooLong }
        let payload = try await exchange(frame, limit: limit)
        guard let json = try? JSONValue(parsing: payload), let response = Response(json: json),
            response.id == id || response.id == .null
        else { throw .violation("not the reply to \(request.method)") }
        switch response.outcome {
        case .result(let result): return result
        case .error(let error): throw .refused(error)
        }
    }

    private func exchange(_ frame: [UInt8], limit: TimeAmount) async throws(DaemonFailure) -> [UInt8] {
        let promise = eventLoop.makePromise(of: [UInt8].self)
        eventLoop.execute { [core] in core.value.send(frame, limit: limit, promise) }
        do {
            return try await promise.futureResult.get()
        } catch let failure as DaemonFailure {
            throw failure
        } catch {
            throw .lost
        }
    }
}

/// What belongs to the event loop.
private final class LinkCore {
    private struct Call {
        let number: UInt64
        let frame: [UInt8]
        let limit: TimeAmount
        let promise: EventLoopPromise<[UInt8]>
        let timer: Scheduled<Void>
    }

    private let path: String
    private let eventLoop: any EventLoop
    private let patience: TimeAmount
    private var handler: DaemonChannelHandler?
    private var isConnecting = false
    /// Calls that wait for a connection.
    private var waiting: CircularBuffer<Call> = []
    private var count: UInt64 = 0
    private var delay = LinkCore.shortestDelay

    private static let shortestDelay = TimeAmount.milliseconds(10)
    private static let longestDelay = TimeAmount.milliseconds(250)
    private static let connectLimit = TimeAmount.seconds(2)

    init(path: String, eventLoop: any EventLoop, patience: TimeAmount) {
        self.path = path
        self.eventLoop = eventLoop
        self.patience = patience
    }

    func send(_ frame: [UInt8], limit: TimeAmount, _ promise: EventLoopPromise<[UInt8]>) {
        if let handler { return handler.send(frame, patience: limit, promise) }
        count += 1
        let number = count
        // An attempt to connect ends by itself.
        let wait = patience == .zero ? Self.connectLimit * 2 : patience
        let timer = eventLoop.assumeIsolated().scheduleTask(in: wait) { [weak self] in
            guard let self, let index = waiting.firstIndex(where: { $0.number == number }) else { return }
            waiting.remove(at: index).promise.fail(DaemonFailure.away)
        }
        waiting.append(Call(number: number, frame: frame, limit: limit, promise: promise, timer: timer))
        connect()
    }

    private func connect() {
        guard handler == nil, !isConnecting else { return }
        isConnecting = true
        let core = NIOLoopBound(self, eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .connectTimeout(Self.connectLimit)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = DaemonChannelHandler { core.value.handler = nil }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .connect(unixDomainSocketPath: path)
            .flatMapThrowing { try $0.pipeline.syncOperations.handler(type: DaemonChannelHandler.self) }
            .assumeIsolated()
            .whenComplete { self.connected($0) }
    }

    private func connected(_ result: Result<DaemonChannelHandler, any Error>) {
        isConnecting = false
        switch result {
        case .success(let handler) where handler.isConnected:
            delay = Self.shortestDelay
            self.handler = handler
            while let call = waiting.popFirst() {
                call.timer.cancel()
                handler.send(call.frame, patience: call.limit, call.promise)
            }
        case .success, .failure:
            if patience == .zero {
                while let call = waiting.popFirst() {
                    call.timer.cancel()
                    call.promise.fail(DaemonFailure.away)
                }
            }
            // Tried again while somebody waits: soon at first, since a daemon that restarts is back in milliseconds.
            guard !waiting.isEmpty else { return }
            let pause = delay
            delay = min(delay * 2, Self.longestDelay)
            eventLoop.assumeIsolated().scheduleTask(in: pause) { [weak self] in self?.connect() }
        }
    }
}
