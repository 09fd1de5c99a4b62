// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl
internal import Glibc

/// The kernel's nf_tables over one netlink socket: transactions of elements, and reading.
///
/// Belongs to one thread, and to the network namespace in which that thread made it.
public final class NetfilterTables {
    let conversation: NetlinkConversation

    /// Opens the socket.
    public init() throws(NetlinkError) {
        conversation = try NetlinkConversation()
    }

    /// The largest batch that can be sent, bytes.
    public var batchLimit: Int { conversation.socket.sendLimit }

    /// The netlink port: events that our own transactions cause carry it.
    public var port: UInt32 { conversation.socket.port }

    /// Commits one transaction. Answers are read until none is left, without waiting: they were there when sending returned.
    public func commit(_ batch: FinishedBatch) throws(BatchFailure) {
        let first: NetlinkError?
        do { first = try firstError(of: batch.bytes) } catch { throw BatchFailure(error: error) }
        if let first { throw batch.failure(first) }
    }

    /// Sends a batch; the first error that the kernel answers, nil: none.
    private func firstError(of batch: [UInt8]) throws(NetlinkError) -> NetlinkError? {
        var first: NetlinkError?
        try conversation.socket.send(batch, operation: Self.commitOperation)
        try conversation.drain(Self.commitOperation) { if first == nil { first = $0 } }
        return first
    }

    /// Whether the ruleset is of a generation, and all that made it has been told to those who listen: a transaction under way
    /// is waited for, because the number grows before its changes are told, and only then does the kernel let go of its lock
    /// (Linux 6.1 and 6.18).
    public func isSettled(at generation: UInt32) throws(NetlinkError) -> Bool {
        guard let error = try firstError(of: NetfilterBatch.nothing(at: generation)) else { return true }
        if error.errno == ERESTART { return false }
        throw error
    }

    private static let commitOperation = "commit a transaction"

    /// The ruleset's generation (NFT_MSG_GETGEN): it grows with every transaction of anybody in this namespace.
    public func generation() throws(NetlinkError) -> UInt32 {
        var generation: UInt32?
        let request = NetlinkRequest(NFT_MSG_GETGEN, family: 0, operation: "read the generation")
        try conversation.exchange(request) { bytes, message in
            generation = bytes.attribute(UInt16(NFTA_GEN_ID.rawValue), in: message.attributes)
                .flatMap { bytes.bigEndian($0) }
        }
        guard let generation else { throw NetlinkError(errno: ENOMSG, operation: "read the generation") }
        return generation
    }
}

extension NetlinkRequest {
    init(_ message: nf_tables_msg_types, family: UInt8, operation: String) {
        self.init(type: Number.type(message), family: family, operation: operation)
    }
}
