// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl
internal import Glibc

/// A request to the kernel for something.
struct NetlinkRequest {
    /// For netfilter: subsystem in the high byte, message in the low.
    var type: UInt16
    var isDump = false
    /// Beside those that every request has (NLM_F_*).
    var flags: UInt16 = 0
    var operation: String
    /// The structure that follows the message's header.
    var header: (inout MessageBuilder) -> Void
    var attributes: (inout MessageBuilder) -> Void = { _ in }

    init(type: UInt16, operation: String, header: @escaping (inout MessageBuilder) -> Void) {
        self.type = type
        self.operation = operation
        self.header = header
    }

    /// A request to a part of netfilter.
    init(type: UInt16, family: UInt8, operation: String) {
        self.init(type: type, operation: operation) { $0.netfilterHeader(family: family) }
    }
}

/// Requests and answers over one netlink socket.
final class NetlinkConversation {
    let socket: NetlinkSocket
    /// Netlink's datagrams to user space are at most 32 KiB (NLMSG_GOODSIZE and netlink_dump's limit).
    private var buffer = [UInt8](repeating: 0, count: 65536)
    private var sequence: UInt32 = 1

    init(_ family: NetlinkSocket.Family = .netfilter) throws(NetlinkError) {
        socket = try NetlinkSocket(family)
    }

    /// Reads answers until none is left and hands out the errors among them. ENOBUFS means that some were lost: they were
    /// errors, since nothing else is sent unasked.
    func drain(_ operation: String, _ each: (NetlinkError) -> Void) throws(NetlinkError) {
        while true {
            let received: Int?
            do {
                received = try socket.receive(into: &buffer, operation: operation)
            } catch {
                guard error.errno == ENOBUFS else { throw error }
                each(error)
                continue
            }
            guard let received else { return }
            let datagram = buffer
            let bytes = unsafe datagram.span.bytes
            var offset = 0
            while let message = bytes.message(at: &offset, end: received) {
                guard message.type == UInt16(NLMSG_ERROR) else { continue }
                if let error = bytes.error(in: message, operation: operation) { each(error) }
            }
        }
    }

    /// Sends a request and answers its sequence number.
    func send(_ request: NetlinkRequest) throws(NetlinkError) -> UInt32 {
        sequence &+= 1
        var builder = MessageBuilder(capacity: 128)
        builder.message(
            type: request.type,
            flags: Number.request | (request.isDump ? Number.dump : Number.acknowledge) | request.flags,
            sequence: sequence
        ) { message in
            request.header(&message)
            request.attributes(&message)
        }
        try socket.send(builder.bytes, operation: request.operation)
        return sequence
    }

    /// Sends a request and hands every message of the answer to `each`. A dump torn by a change (NLM_F_DUMP_INTR) ends with
    /// EINTR.
    func exchange(
        _ request: NetlinkRequest, _ each: (RawSpan, ReceivedMessage) throws(NetlinkError) -> Void
    ) throws(NetlinkError) {
        let sequence = try send(request)
        var interrupted = false
        do {
            while try !part(of: sequence, operation: request.operation, interrupted: &interrupted, each) {}
        } catch {
            // What is left of this answer must not look like one to the next transaction.
            try? drain(request.operation) { _ in }
            throw error
        }
        if interrupted { throw NetlinkError(errno: EINTR, sequence: sequence, operation: request.operation) }
    }

    /// Reads one datagram of an answer.
    ///
    /// - Returns: whether the answer is complete.
    func part(
        of sequence: UInt32, operation: String, interrupted: inout Bool,
        _ each: (RawSpan, ReceivedMessage) throws(NetlinkError) -> Void
    ) throws(NetlinkError) -> Bool {
        guard let received = try socket.receive(into: &buffer, operation: operation) else {
            throw NetlinkError(errno: ENOMSG, message: "the kernel did not answer", operation: operation)
        }
        let datagram = buffer
        let bytes = unsafe datagram.span.bytes
        var offset = 0
        var complete = false
        while let message = bytes.message(at: &offset, end: received) {
            // What is left of an answer that was given up.
            guard message.sequence == sequence else { continue }
            interrupted = interrupted || message.flags & Number.interrupted != 0
            switch Int32(message.type) {
            case NLMSG_ERROR:
                if let error = bytes.error(in: message, operation: operation) { throw error }
                complete = true
            case NLMSG_DONE:
                // A dump's end carries its outcome like an error does.
                if let error = bytes.error(in: message, operation: operation) { throw error }
                complete = true
            default:
                try each(bytes, message)
            }
        }
        return complete
    }
}

extension ReceivedMessage {
    /// The attributes of a netfilter message: behind `struct nfgenmsg`.
    var attributes: Range<Int> { min(payload.lowerBound + 4, payload.upperBound)..<payload.upperBound }
}
