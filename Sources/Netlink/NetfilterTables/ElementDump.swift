// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Glibc

/// All elements of one set, read in parts. Between them its socket is busy: give it one of its own.
///
/// The kernel walks from the start for every part: beyond some 100,000 elements read by key instead.
public final class ElementDump {
    private let tables: NetfilterTables
    private let set: SetIdentity
    private let detail: ElementDetail
    private let sequence: UInt32
    private var isComplete = false
    private var interrupted = false
    /// Of a set of ranges: what has been read; they are put together at the end.
    private var bounds: [RangeEncoding.Bound] = []

    /// Begins a dump.
    ///
    /// - Parameter tables: a socket that nobody else uses until the dump has ended.
    public init(
        _ set: SetIdentity, detail: ElementDetail = .none, on tables: NetfilterTables
    ) throws(NetlinkError) {
        self.set = set
        self.detail = detail
        self.tables = tables
        sequence = try tables.conversation.send(NetfilterTables.dumpRequest(set))
    }

    /// The next part, nil at the end.
    ///
    /// EINTR: the set changed meanwhile, and what was read may be torn; begin again, or read by key.
    public func next() throws(NetlinkError) -> ElementPart? {
        guard !isComplete else { return nil }
        var result = ElementPart()
        let operation = "dump \(set.table) \(set.name)"
        isComplete = try tables.conversation.part(of: sequence, operation: operation, interrupted: &interrupted) {
            bytes, message throws(NetlinkError) in
            if self.set.hasEnds {
                self.bounds += bytes.bounds(message, self.set)
            } else {
                try result.append(bytes, message, self.set, self.detail)
            }
        }
        if interrupted { throw NetlinkError(errno: EINTR, sequence: sequence, operation: operation) }
        if set.hasEnds, isComplete { result = ElementPart(keys: RangeEncoding(set).ranges(bounds)) }
        return result
    }
}
