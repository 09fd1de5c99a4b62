// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CLinux
internal import Glibc

/// An IPv6 extension header of a raw datagram (RFC 8200, 4).
public enum ExtensionHeader: Sendable, Hashable {
    /// Hop-by-hop options: padding.
    case hopByHop
    /// Options for the destination: padding.
    case destination
    /// A fragment header: where this part begins, in units of 8 bytes, and whether more follow.
    case fragment(offset: UInt16, hasMore: Bool)

    var number: UInt8 {
        switch self {
        case .hopByHop: 0
        case .destination: 60
        case .fragment: 44
        }
    }

    func bytes(next: UInt8) -> [UInt8] {
        switch self {
        case .hopByHop, .destination: [next, 0, 1, 4, 0, 0, 0, 0]
        case .fragment(let offset, let hasMore):
            [next, 0] + RawDatagram.bytes(offset << 3 | (hasMore ? 1 : 0)) + [0x12, 0x34, 0x56, 0x78]
        }
    }
}

/// A UDP datagram over IPv6 whose every byte is ours.
public struct RawDatagram: Sendable {
    private let source: Endpoint
    private let destination: Endpoint
    private let datagram: [UInt8]

    /// A datagram with its checksum.
    public init(from source: Endpoint, to destination: Endpoint, payload: [UInt8]) {
        self.source = source
        self.destination = destination
        let length = UInt16(8 + payload.count)
        let header = Self.bytes(source.port) + Self.bytes(destination.port) + Self.bytes(length)
        let pseudo =
            Self.address(source) + Self.address(destination) + [0, 0] + Self.bytes(length) + [0, 0, 0, 17]
        let sum = Self.checksum(pseudo + header + [0, 0] + payload)
        datagram = header + Self.bytes(sum == 0 ? 0xffff : sum) + payload
    }

    /// Sends it from the namespace of the calling thread. Where `headers` say that it is a fragment with more to come, the
    /// rest follows in a second packet.
    public func send(_ headers: [ExtensionHeader]) throws {
        for (index, header) in headers.enumerated() {
            guard case .fragment(_, hasMore: true) = header else { continue }
            var second = headers
            second[index] = .fragment(offset: 1, hasMore: false)
            try send(headers, Array(datagram.prefix(8)))
            try send(second, Array(datagram.dropFirst(8)))
            return
        }
        try send(headers, datagram)
    }

    private func send(_ headers: [ExtensionHeader], _ body: [UInt8]) throws {
        var rest = body
        var next = UInt8(17)
        for header in headers.reversed() {
            rest = header.bytes(next: next) + rest
            next = header.number
        }
        let fixed: [UInt8] = [0x60, 0, 0, 0] + Self.bytes(UInt16(rest.count)) + [next, 64]
        let packet = fixed + Self.address(source) + Self.address(destination) + rest
        // IPPROTO_RAW: the header is ours (raw(7)).
        let descriptor = linux_socket(AF_INET6, Int32(SOCK_RAW.rawValue), Int32(IPPROTO_RAW), 0)
        guard descriptor >= 0 else { throw ConversationFailure(step: .socket, errno: -descriptor) }
        defer { close(descriptor) }
        let sent = unsafe Endpoint(destination.address, 0).withSocketAddress { address, length in
            unsafe sendto(descriptor, packet, packet.count, 0, address, length)
        }
        guard sent == packet.count else { throw ConversationFailure(step: .send, errno: errno) }
    }

    static func bytes(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xff)] }

    private static func address(_ endpoint: Endpoint) -> [UInt8] {
        var address = in6_addr()
        precondition(unsafe inet_pton(AF_INET6, endpoint.address, &address) == 1, endpoint.address)
        return unsafe withUnsafeBytes(of: &address) { unsafe Array($0) }
    }

    /// The Internet checksum (RFC 1071).
    private static func checksum(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for index in stride(from: 0, to: bytes.count, by: 2) {
            let low = index + 1 < bytes.count ? bytes[index + 1] : 0
            sum += UInt32(bytes[index]) << 8 | UInt32(low)
        }
        while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
        return ~UInt16(sum)
    }
}
