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
        var extras: ElementEncoding.Extras
        /// Where the message begins in the batch.
        var start: Int
        /// Where its elements begin, counted from there.
        var elements: Int
        /// How many.
        var count: Int
        /// Of ranges with two elements each: first and last keys, as they were handed in.
        var ranges: [UInt8] = []
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

    /// A transaction of nothing, which is refused with ERESTART unless the ruleset is of this generation.
    static func nothing(at generation: UInt32) -> [UInt8] {
        var builder = MessageBuilder(capacity: 64)
        control(Number.batchBegin, sequence: 1, generation: generation, in: &builder)
        control(Number.batchEnd, sequence: 2, in: &builder)
        return builder.bytes
    }

    /// Bytes so far, to keep below a socket's limit.
    public var count: Int { builder.bytes.count }

    /// Adds or deletes elements.
    ///
    /// - Parameters:
    ///   - set: for deletions its `dataLength` does not matter: keys are enough.
    ///   - elements: key and value, again and again, without gaps. When deleting: keys only.
    public mutating func append(_ operation: Operation, to set: SetIdentity, elements: [UInt8]) {
        guard set.hasEnds else { return append(operation, to: set, elements: elements[...], numbers: [], extras: []) }
        let encoding = RangeEncoding(set)
        for part in encoding.parts(elements[...]) {
            message(operation, set, [], part.count / set.keyLength) { encoding.write(part, to: &$0) }
            records[records.count - 1].ranges = Array(part)
        }
    }

    /// Deletes the element that stands for all keys without one of their own.
    mutating func appendDeletionOfCatchAll(of set: SetIdentity) {
        message(.delete, set, [], 1) { $0.catchAll() }
    }

    /// Adds elements with times of their own.
    ///
    /// - Parameter lifetimes: time-out and what is left of it for each element, milliseconds; `UInt64.max`: not said. What
    ///   is left must not be more than the time-out (ERANGE since Linux 6.12).
    public mutating func append(to set: SetIdentity, elements: [UInt8], lifetimes: [UInt64]) {
        let stride = set.keyLength + set.dataLength
        precondition(lifetimes.count / 2 * stride == elements.count, "two numbers for each element")
        // All elements of a message are of one size: those that say the same of their time go together.
        var start = 0
        while start < lifetimes.count {
            let times = Self.times(lifetimes[start...])
            var end = start + 2
            while end < lifetimes.count, Self.times(lifetimes[end...]) == times { end += 2 }
            append(
                .add, to: set, elements: elements[start / 2 * stride..<end / 2 * stride],
                numbers: lifetimes[start..<end], extras: times)
            start = end
        }
    }

    /// Adds elements that have counted already.
    ///
    /// - Parameter counts: packets and bytes of each element.
    public mutating func append(to set: SetIdentity, elements: [UInt8], counts: [UInt64]) {
        let stride = set.keyLength + set.dataLength
        precondition(counts.count / 2 * stride == elements.count, "two numbers for each element")
        append(.add, to: set, elements: elements[...], numbers: counts[...], extras: .count)
    }

    private static func times(_ lifetime: ArraySlice<UInt64>) -> ElementEncoding.Extras {
        var times: ElementEncoding.Extras = []
        if lifetime[lifetime.startIndex] != .max { times.insert(.timeout) }
        if lifetime[lifetime.startIndex + 1] != .max { times.insert(.expiration) }
        return times
    }

    private mutating func append(
        _ operation: Operation, to set: SetIdentity, elements: ArraySlice<UInt8>, numbers: ArraySlice<UInt64>,
        extras: ElementEncoding.Extras
    ) {
        let encoding = ElementEncoding(set, withData: operation == .add, extras: extras)
        let sourceStride = encoding.sourceStride
        precondition(sourceStride > 0 && elements.count % sourceStride == 0, "elements of another size")
        let total = elements.count / sourceStride
        var done = 0
        while done < total {
            let part = min(total - done, encoding.elementsPerList)
            message(operation, set, extras, part) { list in
                unsafe list.fill(part * encoding.stride) { target in
                    unsafe elements.withUnsafeBytes { all in
                        let source = unsafe UnsafeRawBufferPointer(rebasing: all[(done * sourceStride)...])
                        unsafe encoding.write(
                            source, numbers: numbers.dropFirst(2 * done), count: part, to: target)
                    }
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
        _ operation: Operation, _ set: SetIdentity, _ extras: ElementEncoding.Extras, _ count: Int,
        _ write: (inout MessageBuilder) -> Void
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
                write(&list)
            }
        }
        records.append(
            Record(
                operation: operation, set: set, extras: extras, start: start, elements: elements, count: count))
    }

    /// NFNL_MSG_BATCH_BEGIN and _END: no family, the subsystem as resource (<linux/netfilter/nfnetlink.h>).
    private static func control(
        _ type: UInt16, sequence: UInt32, generation: UInt32? = nil, in builder: inout MessageBuilder
    ) {
        builder.message(type: type, flags: Number.request, sequence: sequence) { message in
            message.netfilterHeader(family: 0, resource: Number.subsystem)
            if let generation { message.attribute(UInt16(NFNL_BATCH_GENID.rawValue), number: generation) }
        }
    }
}
