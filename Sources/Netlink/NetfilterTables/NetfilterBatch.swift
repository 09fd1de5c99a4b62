// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl

/// One transaction of nf_tables being written: what is in it happens whole or not at all.
///
/// No message asks for an acknowledgement: only failures are answered.
public struct NetfilterBatch: Sendable {
    /// Whether elements come or go.
    public enum Operation: Sendable, Hashable {
        /// NFT_MSG_NEWSETELEM with NLM_F_CREATE. An element that is there with the same value is no error; with another value
        /// it is EEXIST.
        case add
        /// NFT_MSG_DELSETELEM. An element that is not there is ENOENT.
        case delete
    }

    /// What one message holds: enough to read a failure.
    struct Record: Sendable {
        var operation: Operation
        var set: SetIdentity
        /// Where the message begins in the batch.
        var start: Int
        /// Where its elements begin, counted from there.
        var elements: Int
        /// How many.
        var count: Int
    }

    private var builder: MessageBuilder
    private let firstSequence: UInt32
    private var records: [Record] = []

    /// Begins a transaction.
    ///
    /// - Parameters:
    ///   - firstSequence: the sequence number of the batch's first message; the others follow.
    ///   - capacity: bytes to reserve.
    public init(firstSequence: UInt32 = 1, capacity: Int = 4096) {
        self.firstSequence = firstSequence
        builder = MessageBuilder(capacity: capacity)
        Self.control(Number.batchBegin, sequence: firstSequence, in: &builder)
    }

    /// Bytes so far, to keep below a socket's limit.
    public var count: Int { builder.bytes.count }

    /// Adds or deletes elements.
    ///
    /// - Parameters:
    ///   - set: for deletions its `dataLength` does not matter: keys are enough.
    ///   - elements: key and value, again and again, without gaps. When deleting: keys only.
    public mutating func append(_ operation: Operation, to set: SetIdentity, elements: [UInt8]) {
        let encoding = ElementEncoding(
            keyLength: set.keyLength, dataLength: operation == .add ? set.dataLength : 0)
        let sourceStride = encoding.keyLength + encoding.dataLength
        precondition(sourceStride > 0 && elements.count % sourceStride == 0, "elements of another size")
        let total = elements.count / sourceStride
        var done = 0
        while done < total {
            let part = min(total - done, encoding.elementsPerList)
            unsafe message(operation, set, encoding, part) { target in
                unsafe elements.withUnsafeBytes { all in
                    let source = unsafe UnsafeRawBufferPointer(rebasing: all[(done * sourceStride)...])
                    unsafe encoding.write(source, sourceStride: sourceStride, count: part, to: target)
                }
            }
            done += part
        }
    }

    /// Ends the transaction: from here it can only be sent.
    public consuming func finished() -> FinishedBatch {
        var end = builder
        Self.control(Number.batchEnd, sequence: firstSequence &+ UInt32(records.count) &+ 1, in: &end)
        return FinishedBatch(bytes: end.bytes, firstSequence: firstSequence, records: records)
    }

    private mutating func message(
        _ operation: Operation, _ set: SetIdentity, _ encoding: ElementEncoding, _ count: Int,
        _ write: (UnsafeMutableRawBufferPointer) -> Void
    ) {
        let start = builder.bytes.count
        var elements = 0
        builder.message(
            type: Number.type(operation == .add ? NFT_MSG_NEWSETELEM : NFT_MSG_DELSETELEM),
            flags: operation == .add ? Number.request | Number.create : Number.request,
            sequence: firstSequence &+ UInt32(records.count) &+ 1
        ) { message in
            message.netfilterHeader(family: set.family)
            message.attribute(Number.elementListTable, string: set.table)
            message.attribute(Number.elementListSet, string: set.name)
            message.nest(Number.elementListElements) { list in
                elements = list.bytes.count - start
                unsafe list.fill(count * encoding.stride, write)
            }
        }
        records.append(Record(operation: operation, set: set, start: start, elements: elements, count: count))
    }

    /// NFNL_MSG_BATCH_BEGIN and _END: no family, the subsystem as resource (<linux/netfilter/nfnetlink.h>).
    private static func control(_ type: UInt16, sequence: UInt32, in builder: inout MessageBuilder) {
        builder.message(type: type, flags: Number.request, sequence: sequence) { message in
            message.netfilterHeader(family: 0, resource: Number.subsystem)
        }
    }
}

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
            keyLength: record.set.keyLength, dataLength: record.operation == .add ? record.set.dataLength : 0)
        // A list of one element needs no offset. Otherwise the offset may name the element or something inside it.
        let element = error.offset.map { ($0 - record.elements) / encoding.stride } ?? (record.count == 1 ? 0 : -1)
        guard (0..<record.count).contains(element), error.offset ?? record.elements >= record.elements else {
            return failure
        }
        let key = record.start + record.elements + element * encoding.stride + ElementEncoding.keyOffset
        failure.key = Array(bytes[key..<(key + record.set.keyLength)])
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
