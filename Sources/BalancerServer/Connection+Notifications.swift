// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import JSON

// What is sent besides answers. A client that does not read has it kept where it is: nothing is queued for it beyond a small
// buffer, nobody waits for it, and it is told of what was forgotten meanwhile.
extension Connection {
    /// Notifications are taken as long as no more than this waits for the client, in bytes.
    private static let pause = 64 << 10

    /// The caller as a handler sees it.
    func caller(of exchange: Exchange, _ order: Order) -> Caller {
        var caller = caller
        switch order {
        // Short answers ask for neither.
        case .anytime, .read, .change: break
        case .settled, .slowRead:
            caller.isConnected = { [weak self] in self.map { $0.state != .closed } ?? false }
        case .stream:
            caller.subscribe = { [weak self] source in
                guard let self, !hasStream else { return false }
                hasStream = true
                exchange.stream = source
                return true
            }
        }
        return caller
    }

    /// Whether notifications are sent.
    var isWatching: Bool { stream != nil }

    /// Takes what there is, if there is room for it.
    func sendNotifications() {
        guard let stream, !server.isStopping else { return }
        while output.count <= Self.pause, let notification = stream.next() {
            output.append(Frame.encode(notification.json.serialized()))
        }
    }
}
