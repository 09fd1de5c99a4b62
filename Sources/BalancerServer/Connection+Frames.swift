// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import JSON

// From bytes to calls.
extension Connection {
    func take(_ event: FrameDecoder.Event) {
        switch event {
        case .oversized(let length):
            pending.append(.refused(.oversizedFrame(length: length, limit: decoder.limit)))
        case .frame(let payload):
            guard !server.isInputFull || payload.count <= Server.smallFrame else {
                return pending.append(.refused(Server.inputFull))
            }
            hold(payload.count + Self.frameOverhead)
            pending.append(.frame(payload))
        }
    }

    func hold(_ bytes: Int) {
        held += bytes
        server.inputHeld += bytes
    }

    /// The next call to start, of the frame at hand or of the one behind it.
    func nextCall() -> Exchange.Call? {
        guard output.count <= server.limits.outputPause else { return nil }
        while true {
            if let call = current?.nextCall { return call }
            current = nil
            guard !isReadingFrame, let next = pending.popFirst() else { return nil }
            switch next {
            case .frame(let payload) where payload.count >= Server.largeFrame: read(payload)
            case .frame(let payload): begin(IncomingMessage(parsing: payload), size: payload.count)
            case .refused(let error):
                begin(.single(.unusable(Response(id: .null, error: error))), size: -Self.frameOverhead)
            }
        }
    }

    private func begin(_ message: IncomingMessage, size: Int, read: JSONValue? = nil) {
        let exchange = Exchange(message, size: size + Self.frameOverhead, limit: server.limits.reply)
        exchange.read = read
        exchanges.append(exchange)
        current = exchange
    }

    private func read(_ payload: [UInt8]) {
        isReadingFrame = true
        let size = payload.count
        server.largeFrames.read(payload) { [weak self, server] message, read in
            guard let self, state != .closed else { return server.largeFrames.giveBack(read) }
            isReadingFrame = false
            begin(message, size: size, read: read)
            pump()
        }
    }
}
