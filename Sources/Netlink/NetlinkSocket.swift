// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CLinux
internal import CMnl
internal import Glibc

/// A netlink socket. It belongs to the network namespace of the thread that made it, and to one thread at a time.
///
/// Nothing here waits: the kernel answers netfilter's requests before sendmsg(2) returns, and prepares the next part of a
/// dump while the one before is received.
@safe
public struct NetlinkSocket: ~Copyable {
    private let handle: OpaquePointer
    /// The descriptor, for a loop to watch.
    public let descriptor: Int32
    /// The port the kernel knows this socket by.
    public let port: UInt32
    /// The largest datagram that can be sent, bytes. Without CAP_NET_ADMIN over the host's namespaces it is what
    /// net.core.wmem_max allows.
    public let sendLimit: Int
    /// What may wait here unread, bytes as the kernel counts them.
    public let receiveLimit: Int

    /// The kernel's side of the conversation.
    public enum Family: Sendable {
        /// nfnetlink: nf_tables, conntrack.
        case netfilter
        /// rtnetlink: links, addresses, routes, neighbours.
        case route
    }

    /// Room for a batch of some two million elements: the limit only counts what is in flight, so a large one is free.
    private static let wantedSend: Int32 = 256 << 20
    /// Room for the errors of a batch in which everything fails.
    private static let wantedReceive: Int32 = 8 << 20

    /// Opens and binds a socket.
    public init(_ family: Family) throws(NetlinkError) {
        let bus = family == .netfilter ? NETLINK_NETFILTER : NETLINK_ROUTE
        guard let handle = unsafe mnl_socket_open2(bus, Int32(bitPattern: SOCK_CLOEXEC.rawValue)) else {
            throw NetlinkError(errno: errno, operation: "open a netlink socket")
        }
        let descriptor = unsafe mnl_socket_get_fd(handle)
        guard unsafe mnl_socket_bind(handle, 0, 0) == 0 else {
            let error = NetlinkError(errno: errno, operation: "bind a netlink socket")
            unsafe mnl_socket_close(handle)
            throw error
        }
        // Extended acknowledgements name the attribute at fault; capped ones do not send the whole batch back.
        Self.set(descriptor, SOL_NETLINK, NETLINK_EXT_ACK, 1)
        Self.set(descriptor, SOL_NETLINK, NETLINK_CAP_ACK, 1)
        if !Self.set(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, Self.wantedSend) {
            Self.set(descriptor, SOL_SOCKET, SO_SNDBUF, Self.wantedSend)
        }
        if !Self.set(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, Self.wantedReceive) {
            Self.set(descriptor, SOL_SOCKET, SO_RCVBUF, Self.wantedReceive)
        }
        unsafe self.handle = handle
        self.descriptor = descriptor
        self.port = unsafe mnl_socket_get_portid(handle)
        // netlink_sendmsg refuses what is longer than the buffer less 32 bytes (net/netlink/af_netlink.c).
        self.sendLimit = Self.get(descriptor, SO_SNDBUF) - 32
        self.receiveLimit = Self.get(descriptor, SO_RCVBUF)
    }

    deinit {
        unsafe mnl_socket_close(handle)
    }

    /// Begins to receive what the kernel tells a group of listeners unasked.
    func join(group: Int32, operation: String) throws(NetlinkError) {
        guard Self.set(descriptor, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group) else {
            throw NetlinkError(errno: errno, operation: operation)
        }
    }

    /// Ends to receive what a group of listeners is told.
    func leave(group: Int32, operation: String) throws(NetlinkError) {
        guard Self.set(descriptor, SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, group) else {
            throw NetlinkError(errno: errno, operation: operation)
        }
    }

    /// Keeps away, in the kernel, what a socket's requests caused.
    func ignore(port: UInt32, operation: String) throws(NetlinkError) {
        let result = linux_netlink_ignore_port(descriptor, port)
        guard result == 0 else { throw NetlinkError(errno: -result, operation: operation) }
    }

    /// Sends one datagram: one message, or a whole batch.
    public func send(_ bytes: [UInt8], operation: String) throws(NetlinkError) {
        guard bytes.count <= sendLimit else {
            throw NetlinkError(
                errno: EMSGSIZE,
                message: "a netlink datagram of \(bytes.count) bytes is beyond this socket's limit of \(sendLimit)",
                operation: operation)
        }
        while true {
            let sent = unsafe bytes.withUnsafeBytes { unsafe mnl_socket_sendto(handle, $0.baseAddress, $0.count) }
            if sent >= 0 { return }
            guard errno == EINTR else { throw NetlinkError(errno: errno, operation: operation) }
        }
    }

    /// Takes one datagram of the kernel's, or nil when none is waiting.
    ///
    /// - Returns: how many bytes of `buffer` were filled.
    public func receive(into buffer: inout [UInt8], operation: String) throws(NetlinkError) -> Int? {
        while true {
            var sender = sockaddr_nl()
            var senderLength = socklen_t(MemoryLayout<sockaddr_nl>.size)
            let flags = Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC)
            let received = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe withUnsafeMutablePointer(to: &sender) { pointer in
                    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        unsafe recvfrom(descriptor, bytes.baseAddress, bytes.count, flags, $0, &senderLength)
                    }
                }
            }
            if received < 0 {
                switch errno {
                case EINTR: continue
                case EAGAIN: return nil
                default: throw NetlinkError(errno: errno, operation: operation)
                }
            }
            guard received <= buffer.count else { throw NetlinkError(errno: ENOSPC, operation: operation) }
            // Only the kernel has port 0: other programs' datagrams are nobody's business here.
            if sender.nl_pid == 0 { return received }
        }
    }

    @discardableResult
    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) -> Bool {
        var value = value
        return unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
    }

    private static func get(_ descriptor: Int32, _ option: Int32) -> Int {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(descriptor, SOL_SOCKET, option, &value, &length) == 0 else { return 0 }
        return Int(value)
    }
}
