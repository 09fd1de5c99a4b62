// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl
internal import Glibc

/// The kernel's nf_tables over one netlink socket: transactions of elements, and reading.
///
/// Belongs to one thread, and to the network namespace in which that thread made it.
public final class NetfilterTables {
    var socket: NetlinkSocket
    /// Netlink's datagrams to user space are at most 32 KiB (NLMSG_GOODSIZE and netlink_dump's limit).
    var buffer = [UInt8](repeating: 0, count: 65536)
    private var sequence: UInt32 = 1

    /// Opens the socket.
    public init() throws(NetlinkError) {
        socket = try NetlinkSocket(.netfilter)
    }

    /// The largest batch that can be sent, bytes.
    public var batchLimit: Int { socket.sendLimit }

    /// The netlink port: events that our own transactions cause carry it.
    public var port: UInt32 { socket.port }

    /// Commits one transaction. Answers are read until none is left, without waiting: they were there when sending returned.
    public func commit(_ batch: FinishedBatch) throws(BatchFailure) {
        var first: NetlinkError?
        do {
            try socket.send(batch.bytes, operation: Self.commitOperation)
            first = try drain()
        } catch {
            throw BatchFailure(error: error)
        }
        if let first { throw batch.failure(first) }
    }

    private static let commitOperation = "commit a transaction"

    /// The first error among the answers. ENOBUFS means that some were lost: they were errors, since nothing else is sent.
    private func drain() throws(NetlinkError) -> NetlinkError? {
        var first: NetlinkError?
        while true {
            let received: Int?
            do {
                received = try socket.receive(into: &buffer, operation: Self.commitOperation)
            } catch {
                guard error.errno == ENOBUFS else { throw error }
                first = first ?? error
                continue
            }
            guard let received else { return first }
            guard first == nil else { continue }
            let datagram = buffer
            let bytes = unsafe datagram.span.bytes
            var offset = 0
            while first == nil, let message = bytes.message(at: &offset, end: received) {
                guard message.type == UInt16(NLMSG_ERROR) else { continue }
                first = bytes.error(in: message, operation: Self.commitOperation)
            }
        }
    }

    /// The ruleset's generation (NFT_MSG_GETGEN): it grows with every transaction of anybody in this namespace.
    public func generation() throws(NetlinkError) -> UInt32 {
        var generation: UInt32?
        try exchange(.init(NFT_MSG_GETGEN, family: 0, operation: "read the generation")) { bytes, message in
            generation = bytes.attribute(UInt16(NFTA_GEN_ID.rawValue), in: message.attributes)
                .flatMap { bytes.bigEndian($0) }
        }
        guard let generation else { throw NetlinkError(errno: ENOMSG, operation: "read the generation") }
        return generation
    }

    /// A request for something.
    struct Request {
        var message: nf_tables_msg_types
        var family: UInt8
        var isDump = false
        var operation: String
        var attributes: (inout MessageBuilder) -> Void = { _ in }

        init(_ message: nf_tables_msg_types, family: UInt8, operation: String) {
            self.message = message
            self.family = family
            self.operation = operation
        }
    }

    /// Sends a request and answers its sequence number.
    func send(_ request: Request) throws(NetlinkError) -> UInt32 {
        sequence &+= 1
        var builder = MessageBuilder(capacity: 128)
        builder.message(
            type: Number.type(request.message),
            flags: Number.request | (request.isDump ? Number.dump : Number.acknowledge), sequence: sequence
        ) { message in
            message.netfilterHeader(family: request.family)
            request.attributes(&message)
        }
        try socket.send(builder.bytes, operation: request.operation)
        return sequence
    }

    /// Sends a request and hands every message of the answer to `each`. A dump torn by a change (NLM_F_DUMP_INTR) ends with
    /// EINTR.
    func exchange(
        _ request: Request, _ each: (RawSpan, ReceivedMessage) throws(NetlinkError) -> Void
    ) throws(NetlinkError) {
        let sequence = try send(request)
        var interrupted = false
        do {
            while try !part(of: sequence, operation: request.operation, interrupted: &interrupted, each) {}
        } catch {
            // What is left of this answer must not look like one to the next transaction.
            _ = try? drain()
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
