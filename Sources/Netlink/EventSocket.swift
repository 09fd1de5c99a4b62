// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Glibc

/// A socket on which the kernel tells unasked what happens.
final class EventSocket {
    let socket: NetlinkSocket
    private var buffer = [UInt8](repeating: 0, count: 65536)
    private let operation: String

    init(_ socket: consuming NetlinkSocket, operation: String) {
        self.socket = socket
        self.operation = operation
    }

    /// Reads what was told, some datagrams at most: who causes events all the time must not hold the loop.
    ///
    /// - Parameters:
    ///   - lost: called where something was not told, because more happened at once than the socket holds.
    ///   - each: called with each message and where its header begins.
    func read(
        datagrams limit: Int, lost: () -> Void, _ each: (RawSpan, ReceivedMessage, _ start: Int) -> Void
    ) throws(NetlinkError) {
        for _ in 0..<limit {
            let received: Int?
            do {
                received = try socket.receive(into: &buffer, operation: operation)
            } catch {
                guard error.errno == ENOBUFS else { throw error }
                lost()
                continue
            }
            guard let received else { return }
            let datagram = buffer
            let bytes = unsafe datagram.span.bytes
            var offset = 0
            while let start = Optional(offset), let message = bytes.message(at: &offset, end: received) {
                each(bytes, message, start)
            }
        }
    }
}
