// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Netlink
public import Nftables

/// Tells when another program changes our tables. Other tables may change as often as they like.
public final class ForeignChanges {
    /// A transaction of another program that touched our tables.
    public struct Change: Equatable, Sendable {
        /// Who sent it, in words: a name (the process's own choice) and a number; nil when the kernel did not say.
        public var author: String?
    }

    private let events: TableEvents
    private let connection: KernelConnection
    /// Whether the transaction whose end has not come touched our tables.
    private var isTouched = false
    /// Called when something may have happened that was not told.
    public var missed: (() -> Void)?
    /// Called when nothing is told any more.
    public var ended: ((KernelFailure) -> Void)?

    /// Begins to listen.
    ///
    /// - Parameter connection: whose transactions, and whose helper's, are not foreign.
    public init(besides connection: KernelConnection) throws(KernelFailure) {
        self.connection = connection
        do {
            events = try TableEvents(ignoring: connection.port)
        } catch {
            throw KernelFailure(error)
        }
        connection.listener = self
    }

    /// Commits a large transaction of our own while nobody listens here: the kernel makes a message of each element for those
    /// who do, also where they want none of ours. 150,000 elements replaced: 5 s with a listener, 0.5 s without (Linux 6.18).
    ///
    /// The generation tells whether somebody else changed anything meanwhile.
    func unheard(_ commit: () throws(KernelFailure) -> Void) throws(KernelFailure) {
        guard let before = try? connection.settledGeneration(), (try? events.pause()) != nil else {
            return try commit()
        }
        var failure: KernelFailure?
        do throws(KernelFailure) { try commit() } catch { failure = error }
        do throws(NetlinkError) { try events.resume() } catch { ended?(KernelFailure(error)) }
        let expected = failure == nil ? before &+ 1 : before
        if (try? connection.generation()) != expected { missed?() }
        if let failure { throw failure }
    }

    /// Readable when there is something to read.
    public var descriptor: Int32 { events.descriptor }

    /// Reads some of what has happened.
    public func read(_ each: (Change) -> Void) throws(KernelFailure) {
        do {
            try events.read { event in
                switch event {
                case .changed(let family, let table, _):
                    if table == tableName, TableFamily(rawValue: family) != nil { isTouched = true }
                case .committed(let sender):
                    defer { isTouched = false }
                    guard isTouched, !isHelper(sender) else { return }
                    each(Change(author: sender.words))
                case .lost:
                    each(Change(author: nil))
                }
            }
        } catch {
            throw KernelFailure(error)
        }
    }

    /// A socket of libnftables has its process's number as port, unless somebody else took that port; a namespace of
    /// processes makes the process's number another one. One of the two is right.
    private func isHelper(_ sender: TableEvents.Sender) -> Bool {
        connection.helperProcesses.contains { UInt32($0) == sender.port || UInt32($0) == sender.process }
    }
}

extension TableEvents.Sender {
    fileprivate var words: String? {
        if process == 0 && name.isEmpty { return nil }
        let printable = name.unicodeScalars.allSatisfy { $0.isASCII && $0.value >= 0x20 && $0.value < 0x7f }
        return "\(printable ? name : "a program") (process \(process))"
    }
}
