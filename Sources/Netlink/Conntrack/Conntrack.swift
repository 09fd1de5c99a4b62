// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Glibc

/// The kernel's connection tracking over one netlink socket (ctnetlink): reading in parts, and making it forget.
///
/// Belongs to one thread, and to the network namespace in which that thread made it.
public final class Conntrack {
    let conversation: NetlinkConversation

    /// Opens the socket.
    public init() throws(NetlinkError) {
        conversation = try NetlinkConversation()
    }

    /// The connection whose original tuple is that of `entry`; nil: there is none. The kernel finds it by its hash.
    public func find(_ entry: ConntrackEntry) throws(NetlinkError) -> ConntrackEntry? {
        var request = NetlinkRequest(
            type: ConntrackNumber.get, family: entry.family, operation: "look up a connection")
        request.attributes = { $0.tuple(of: entry) }
        var found: ConntrackEntry?
        do {
            try conversation.exchange(request) { bytes, message in found = ConntrackEntry(bytes, message) ?? found }
        } catch {
            guard error.errno == ENOENT else { throw error }
            return nil
        }
        // A tuple also finds the connection of which it is the way back.
        guard let found, found.source == entry.source, found.destination == entry.destination,
            found.selector == entry.selector
        else { return nil }
        return found
    }

    /// Deletions in one datagram: each may be answered by an error, and all answers must find room.
    private static let deletionsAtOnce = 256
    private static let deletion = "delete connections"

    /// Makes the kernel forget connections: of each, the next packet is the first one. Those that have ended meanwhile, and
    /// those of which only the tuple is still the same, are left alone.
    ///
    /// - Returns: how many were there.
    @discardableResult
    public func delete(_ entries: [ConntrackEntry]) throws(NetlinkError) -> Int {
        var deleted = 0
        var next = 0
        while next < entries.count {
            let end = min(next + Self.deletionsAtOnce, entries.count)
            deleted += try delete(entries[next..<end])
            next = end
        }
        return deleted
    }

    /// Makes the kernel forget all connections that match, in one message; of both families.
    ///
    /// The kernel walks over its table once and looks at each connection, as for a dump (tried: Linux 6.18; the filter by
    /// mark is older than 6.1, that by status came with 5.19).
    public func deleteAll(mark: ConntrackFilter.Bits, status: ConntrackFilter.Bits) throws(NetlinkError) {
        var request = NetlinkRequest(type: ConntrackNumber.delete, family: 0, operation: Self.deletion)
        request.attributes = { message in
            message.filter(mark, ConntrackNumber.mark, ConntrackNumber.markMask)
            message.filter(status, ConntrackNumber.status, ConntrackNumber.statusMask)
        }
        try conversation.exchange(request) { _, _ in }
    }

    /// The kernel takes the messages of a datagram one by one (nfnetlink_rcv), each on its own.
    private func delete(_ entries: ArraySlice<ConntrackEntry>) throws(NetlinkError) -> Int {
        var builder = MessageBuilder(capacity: entries.count * 128)
        for (index, entry) in entries.enumerated() {
            builder.message(type: ConntrackNumber.delete, flags: Number.request, sequence: UInt32(index + 1)) {
                $0.netfilterHeader(family: entry.family)
                $0.identity(of: entry)
            }
        }
        try conversation.socket.send(builder.bytes, operation: Self.deletion)
        var missing = 0
        var first: NetlinkError?
        try conversation.drain(Self.deletion) { error in
            if error.errno == ENOENT { missing += 1 } else { first = first ?? error }
        }
        if let first { throw first }
        return entries.count - missing
    }
}

/// Connections, read in parts. Between them its socket is busy: give it one of its own.
///
/// The kernel looks at every bucket of its table and at every connection, and returns when a part is full or the table at
/// its end: a dump of few that match is one long call. Linux 6.18, 262,144 buckets: 16 ms hot and 44 ms cold with ten
/// connections, 56 ms with 131,072 of which none matches, 76 ms with 250,000; what matches costs 2.4 µs each, 197 to a part.
///
/// Connections that begin or end meanwhile may be missing; one may come twice when the table is resized.
public final class ConntrackDump {
    private let conntrack: Conntrack
    private let sequence: UInt32
    private var isComplete = false
    private static let operation = "list connections"

    /// Begins a dump.
    ///
    /// - Parameter conntrack: a socket that nobody else uses until the dump has ended.
    public init(_ filter: ConntrackFilter, on conntrack: Conntrack) throws(NetlinkError) {
        self.conntrack = conntrack
        var request = NetlinkRequest(
            type: ConntrackNumber.get, family: filter.family, operation: Self.operation)
        request.isDump = true
        request.attributes = { message in
            message.filter(filter.mark, ConntrackNumber.mark, ConntrackNumber.markMask)
            message.filter(filter.status, ConntrackNumber.status, ConntrackNumber.statusMask)
        }
        sequence = try conntrack.conversation.send(request)
    }

    /// The next part, which may be empty. Nil at the end.
    public func next() throws(NetlinkError) -> [ConntrackEntry]? {
        guard !isComplete else { return nil }
        var result: [ConntrackEntry] = []
        // The kernel does not say that connections have come or gone: they always do.
        var interrupted = false
        isComplete = try conntrack.conversation.part(
            of: sequence, operation: Self.operation, interrupted: &interrupted
        ) { bytes, message in
            if let entry = ConntrackEntry(bytes, message) { result.append(entry) }
        }
        return result
    }
}
