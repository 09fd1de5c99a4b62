// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Packets and bytes, as the kernel's counters have them.
public struct PacketCount: Sendable, Hashable {
    /// Packets.
    public var packets: UInt64
    /// Bytes from the network header on.
    public var bytes: UInt64

    /// Counts.
    public init(packets: UInt64 = 0, bytes: UInt64 = 0) {
        self.packets = packets
        self.bytes = bytes
    }

    /// Nothing.
    public static let zero = PacketCount()

    /// Both counts together. The kernel's counters wrap at 2⁶⁴, and so do sums of them.
    public static func + (left: PacketCount, right: PacketCount) -> PacketCount {
        PacketCount(packets: left.packets &+ right.packets, bytes: left.bytes &+ right.bytes)
    }

    /// Adds to this one.
    public static func += (left: inout PacketCount, right: PacketCount) { left = left + right }
}

/// Elements and what each has counted.
public struct CountedElements: ElementRecords {
    /// Packets and bytes.
    public static var detail: ElementDetail { .count }

    /// Keys and data.
    public private(set) var elements: ElementList
    /// One for each element; zero for one without a counter.
    public private(set) var counts: [PacketCount]

    /// None.
    public init(_ form: ElementForm) {
        elements = ElementList(form)
        counts = []
    }

    /// Elements as they were read: packets and bytes of each.
    public init(_ elements: ElementList, numbers: [UInt64]) {
        precondition(numbers.count == 2 * elements.count)
        self.elements = elements
        counts = (0..<elements.count).map { PacketCount(packets: numbers[2 * $0], bytes: numbers[2 * $0 + 1]) }
    }

    /// Appends one element.
    public mutating func append(key: some Collection<UInt8>, count: PacketCount) {
        elements.append(key: key)
        counts.append(count)
    }

    /// Appends more of the same set.
    public mutating func append(contentsOf other: CountedElements) {
        elements.append(contentsOf: other.elements)
        counts.append(contentsOf: other.counts)
    }

    /// As ``init(_:numbers:)`` takes them.
    public var numbers: [UInt64] { counts.flatMap { [$0.packets, $0.bytes] } }
}
