// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Netlink
public import Nftables

/// A dump under way, on a socket of its own, so that transactions and other reads go on between its parts.
public final class SetDump<Records: ElementRecords> {
    private let dump: ElementDump
    private let socket: NetfilterTables
    private let pool: SocketPool
    private let form: ElementForm
    private var isOver = false

    init(_ form: ElementForm, on pool: SocketPool) throws(KernelFailure) {
        self.form = form
        self.pool = pool
        do {
            socket = try pool.take()
            dump = try ElementDump(SetIdentity(form), detail: ElementDetail(Records.detail), on: socket)
        } catch {
            throw KernelFailure(error, in: form.set)
        }
    }

    /// The next part, or nil at the end. Parts may be empty.
    ///
    /// `.refused(errno: EINTR)`: the ruleset changed meanwhile, and what was read may be torn. Begin again, or look up by key.
    public func next() throws(KernelFailure) -> Records? {
        guard !isOver else { return nil }
        do {
            guard let part = try dump.next() else {
                isOver = true
                pool.giveBack(socket)
                return nil
            }
            return Records(form, part)
        } catch {
            // What the kernel still has to say on this socket is nobody's business: it is closed with this object.
            isOver = true
            throw KernelFailure(error, in: form.set)
        }
    }
}

/// Sockets for dumps. They are kept: closing one waits for what nf_tables has still to destroy, some milliseconds
/// (nft_rcv_nl_event in net/netfilter/nf_tables_api.c).
final class SocketPool {
    private var idle: [NetfilterTables] = []

    func take() throws(NetlinkError) -> NetfilterTables {
        if let socket = idle.popLast() { return socket }
        return try NetfilterTables()
    }

    func giveBack(_ socket: NetfilterTables) {
        idle.append(socket)
    }
}
