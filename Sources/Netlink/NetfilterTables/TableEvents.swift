// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl

/// What others do to the ruleset of this network namespace, as the kernel tells it (group NFNLGRP_NFTABLES).
///
/// A transaction's changes come first, then one message that ends it and says which process sent it; all of them carry the
/// port of the socket that sent the transaction. What the datapath adds to sets, and what expires there, is not told (seen
/// on Linux 6.18 and 6.1).
public final class TableEvents {
    /// One thing that the kernel tells.
    public enum Event: Equatable, Sendable {
        /// A table, or something in it, was added or deleted.
        case changed(family: UInt8, table: String, port: UInt32)
        /// A transaction is complete: everything since the last end belongs to it.
        case committed(Sender)
        /// Something was not told, because more happened at once than the socket holds.
        case lost
    }

    /// Who sent a transaction.
    public struct Sender: Equatable, Sendable {
        /// The port of the socket.
        public var port: UInt32
        /// The process, as the initial namespace of processes numbers it; 0 when the kernel does not say.
        public var process: UInt32
        /// The name of the process's first thread, at most 15 bytes: its own choice, so it proves nothing.
        public var name: String
    }

    private let events: EventSocket
    private static let operation = "follow the ruleset"

    /// Begins to listen.
    ///
    /// - Parameter port: what transactions of this socket change is not told.
    public init(ignoring port: UInt32) throws(NetlinkError) {
        let socket = try NetlinkSocket(.netfilter)
        // The filter first: in between there is nothing to receive.
        try socket.ignore(port: port, operation: Self.operation)
        events = EventSocket(socket, operation: Self.operation)
        try resume()
    }

    /// Nothing is told until `resume`; what was told before can still be read.
    public func pause() throws(NetlinkError) {
        try events.socket.leave(group: Int32(NFNLGRP_NFTABLES.rawValue), operation: Self.operation)
    }

    /// Listens again.
    public func resume() throws(NetlinkError) {
        try events.socket.join(group: Int32(NFNLGRP_NFTABLES.rawValue), operation: Self.operation)
    }

    /// Readable when there is something to read.
    public var descriptor: Int32 { events.socket.descriptor }

    /// Reads what was told, some datagrams at most: a program that changes rulesets all the time must not hold the loop.
    public func read(datagrams limit: Int = 64, _ each: (Event) -> Void) throws(NetlinkError) {
        try events.read(datagrams: limit, lost: { each(.lost) }) { bytes, message, start in
            // The sender's port is the last field of the header (struct nlmsghdr in <linux/netlink.h>).
            if let event = Self.event(bytes, message, port: bytes.number(UInt32.self, at: start + 12)) { each(event) }
        }
    }

    static func event(_ bytes: RawSpan, _ message: ReceivedMessage, port: UInt32) -> Event? {
        guard message.type >> 8 == Number.subsystem, message.payload.count >= 4 else { return nil }
        if message.type == Number.type(NFT_MSG_NEWGEN) {
            let attributes = AttributeList(bytes.copy(message.attributes)[...])
            return .committed(
                Sender(
                    port: port, process: attributes[UInt16(NFTA_GEN_PROC_PID.rawValue)]?.number ?? 0,
                    name: attributes[UInt16(NFTA_GEN_PROC_NAME.rawValue)]?.string ?? ""))
        }
        // Attribute 1 is the table, whatever kind of object it is (<linux/netfilter/nf_tables.h>).
        guard let name = bytes.attribute(1, in: message.attributes) else { return nil }
        return .changed(
            family: bytes.number(UInt8.self, at: message.payload.lowerBound),
            table: String(decoding: bytes.copy(name).prefix { $0 != 0 }, as: UTF8.self), port: port)
    }
}
