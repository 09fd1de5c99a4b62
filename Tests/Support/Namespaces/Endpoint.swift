// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Glibc

/// What runs over IP in these tests.
public enum Transport: String, Sendable, CaseIterable {
    /// A connection.
    case tcp
    /// Datagrams.
    case udp
}

/// An address and a port.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// IPv4 or IPv6, as text.
    public var address: String
    /// The port.
    public var port: UInt16

    /// Makes an endpoint.
    public init(_ address: String, _ port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Whether the address is an IPv6 one.
    public var isIPv6: Bool { address.contains(":") }

    /// `10.0.0.1:80` or `[fd09::1]:80`.
    public var description: String { isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)" }

    /// Hands out the address as the system calls want it.
    func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            precondition(unsafe inet_pton(AF_INET6, self.address, &address.sin6_addr) == 1, self.address)
            return unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        precondition(unsafe inet_pton(AF_INET, self.address, &address.sin_addr) == 1, self.address)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// Calls something that fills in a socket address, and reads it. IPv4 over an IPv6 socket (`::ffff:…`) is IPv4.
    static func reading(_ fill: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int) -> (
        result: Int, endpoint: Endpoint
    ) {
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe fill($0, &length) }
        }
        var text = [CChar](repeating: 0, count: 64)
        var port = address.sin6_port
        if Int32(address.sin6_family) == AF_INET6 {
            unsafe inet_ntop(AF_INET6, &address.sin6_addr, &text, socklen_t(text.count))
        } else {
            // The port lies at the same place in both; the IPv4 address in what is the flow label of the other.
            port = address.sin6_port
            unsafe inet_ntop(AF_INET, &address.sin6_flowinfo, &text, socklen_t(text.count))
        }
        let name = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let mapped = "::ffff:"
        return (
            result,
            Endpoint(name.hasPrefix(mapped) ? String(name.dropFirst(mapped.count)) : name, UInt16(bigEndian: port))
        )
    }
}
