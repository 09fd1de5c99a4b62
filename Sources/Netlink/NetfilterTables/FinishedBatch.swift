// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A transaction that is complete. See ``NetfilterBatch``.
public struct FinishedBatch: Sendable {
    /// What is sent, to the byte.
    public let bytes: [UInt8]
    let firstSequence: UInt32
    let records: [NetfilterBatch.Record]

    /// How many messages change something.
    public var messageCount: Int { records.count }

    /// Finds what a failure is about: the message by its sequence number, the element by the offset the kernel named.
    public func failure(_ error: NetlinkError) -> BatchFailure {
        var failure = BatchFailure(error: error)
        guard let sequence = error.sequence else { return failure }
        let index = Int(sequence &- firstSequence) - 1
        guard records.indices.contains(index) else { return failure }
        let record = records[index]
        failure.operation = record.operation
        failure.set = record.set
        let encoding = ElementEncoding(
            record.set, withData: record.operation == .add, extras: record.extras)
        let stride = record.set.hasEnds ? RangeEncoding(record.set).stride : encoding.stride
        // A list of one element needs no offset. Otherwise the offset may name the element or something inside it.
        let element = error.offset.map { ($0 - record.elements) / stride } ?? (record.count == 1 ? 0 : -1)
        guard (0..<record.count).contains(element), error.offset ?? record.elements >= record.elements else {
            return failure
        }
        if record.set.hasEnds {
            failure.key = Array(record.ranges.dropFirst(element * record.set.keyLength).prefix(record.set.keyLength))
            return failure
        }
        failure.key = encoding.key(in: bytes, at: record.start + record.elements + element * encoding.stride)
        return failure
    }
}

/// Why a transaction was refused. Nothing of it happened.
public struct BatchFailure: Error, Sendable, Equatable {
    /// The kernel's error: the first one, if there were several.
    public var error: NetlinkError
    /// What failed, nil when it was the batch itself.
    public var operation: NetfilterBatch.Operation?
    /// In which set.
    public var set: SetIdentity?
    /// Which element, when the kernel says so.
    public var key: [UInt8]?

    /// Makes a failure.
    public init(
        error: NetlinkError, operation: NetfilterBatch.Operation? = nil, set: SetIdentity? = nil, key: [UInt8]? = nil
    ) {
        self.error = error
        self.operation = operation
        self.set = set
        self.key = key
    }
}
