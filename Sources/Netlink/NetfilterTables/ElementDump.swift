// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Glibc

/// All elements of one set, read in parts. Between them its socket is busy: give it one of its own.
///
/// The kernel walks from the start for every part: beyond some 100,000 elements read by key instead.
public final class ElementDump {
    private let tables: NetfilterTables
    private let set: SetIdentity
    private let sequence: UInt32
    private var isComplete = false
    private var interrupted = false

    /// Begins a dump.
    ///
    /// - Parameter tables: a socket that nobody else uses until the dump has ended.
    public init(_ set: SetIdentity, on tables: NetfilterTables) throws(NetlinkError) {
        self.set = set
        self.tables = tables
        sequence = try tables.send(NetfilterTables.dumpRequest(set))
    }

    /// The next part: key and value, again and again. Nil at the end.
    ///
    /// EINTR: the set changed meanwhile, and what was read may be torn; begin again, or read by key.
    public func next() throws(NetlinkError) -> [UInt8]? {
        guard !isComplete else { return nil }
        var result: [UInt8] = []
        let operation = "dump \(set.table) \(set.name)"
        isComplete = try tables.part(of: sequence, operation: operation, interrupted: &interrupted) {
            bytes, message throws(NetlinkError) in
            try NetfilterTables.readElements(bytes, message, set, into: &result)
        }
        if interrupted { throw NetlinkError(errno: EINTR, sequence: sequence, operation: operation) }
        return result
    }
}
