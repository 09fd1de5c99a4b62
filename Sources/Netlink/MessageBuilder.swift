// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Writes netlink messages one behind the other into one growing buffer: lengths are filled in and padding is added as
/// messages and nests end. Layout: netlink(7), <linux/netlink.h>.
public struct MessageBuilder: Sendable {
    /// What has been written.
    public private(set) var bytes: [UInt8] = []

    /// Begins with an empty buffer.
    public init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// Writes one message: the header (`struct nlmsghdr`), then what `body` writes.
    public mutating func message(
        type: UInt16, flags: UInt16, sequence: UInt32, _ body: (inout MessageBuilder) -> Void
    ) {
        let start = bytes.count
        append(UInt32(0))
        append(type)
        append(flags)
        append(sequence)
        append(UInt32(0))  // port: the kernel fills in the socket's
        body(&self)
        store(UInt32(bytes.count - start), at: start)
    }

    /// An attribute of raw bytes.
    public mutating func attribute(_ type: UInt16, bytes value: some Collection<UInt8>) {
        append(UInt16(4 + value.count))
        append(type)
        bytes.append(contentsOf: value)
        pad()
    }

    /// A string attribute, with the NUL that the kernel expects.
    public mutating func attribute(_ type: UInt16, string: String) {
        append(UInt16(4 + string.utf8.count + 1))
        append(type)
        bytes.append(contentsOf: string.utf8)
        bytes.append(0)
        pad()
    }

    /// A 32-bit number in network order, as nf_tables wants all of its numbers.
    public mutating func attribute(_ type: UInt16, number: UInt32) {
        append(UInt16(8))
        append(type)
        append(number.bigEndian)
    }

    /// An attribute made of attributes (NLA_F_NESTED).
    public mutating func nest(_ type: UInt16, _ body: (inout MessageBuilder) -> Void) {
        let start = bytes.count
        append(UInt16(0))
        append(type | 0x8000)
        body(&self)
        precondition(bytes.count - start <= 0xffff, "a netlink attribute holds at most 65,535 bytes")
        store(UInt16(bytes.count - start), at: start)
    }

    /// A number in host order.
    public mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number) {
        unsafe withUnsafeBytes(of: number) { unsafe bytes.append(contentsOf: $0) }
    }

    /// Adds `count` zero bytes and hands them out for writing: for the one hot loop.
    mutating func fill(_ count: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: count))
        unsafe bytes.withUnsafeMutableBytes { all in
            unsafe body(UnsafeMutableRawBufferPointer(rebasing: all[start...]))
        }
    }

    private mutating func pad() {
        while bytes.count % 4 != 0 { bytes.append(0) }
    }

    private mutating func store<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number, at offset: Int) {
        unsafe bytes.withUnsafeMutableBytes { unsafe $0.storeBytes(of: number, toByteOffset: offset, as: Number.self) }
    }
}
