// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The network in which real packets are balanced:
///
///     client 10.9.1.2 ──── 10.9.1.1 balancer 10.9.11.1 ──── 10.9.11.2 b1
///            fd09:1::2     fd09:1::1         10.9.12.1 ──── 10.9.12.2 b2
///                                            fd09:12::1     fd09:12::2
///
/// The client sends everything it does not know to the balancer, so any address can be a service's. The backends answer
/// through the balancer, which forwards. Each end is a namespace without a name (see ``NetworkNamespace``).
public final class Topology {
    /// One backend and its addresses.
    public struct Backend: Sendable {
        /// `b1`, `b2`, …
        public var name: String
        /// Its IPv4 address.
        public var address: String
        /// Its IPv6 address.
        public var address6: String
        /// Where it lives.
        public var namespace: NetworkNamespace
        /// What answers there.
        public var server: BackendServer
    }

    /// Where clients are.
    public let client: NetworkNamespace
    /// Where the rules are.
    public let balancer: NetworkNamespace
    /// Who answers.
    public let backends: [Backend]

    /// The client's IPv4 address.
    public static let clientAddress = "10.9.1.2"
    /// The client's IPv6 address.
    public static let clientAddress6 = "fd09:1::2"
    /// The balancer's IPv4 address towards the client.
    public static let balancerAddress = "10.9.1.1"
    /// The balancer's IPv6 address towards the client.
    public static let balancerAddress6 = "fd09:1::1"

    /// Builds the network.
    ///
    /// - Parameter ports: where the backends listen.
    public init(backends count: Int = 3, ports: [UInt16] = [80, 8080]) throws {
        client = try NetworkNamespace()
        balancer = try NetworkNamespace()
        try balancer.inside {
            try NetworkNamespace.sysctl("net.ipv4.ip_forward", "1")
            try NetworkNamespace.sysctl("net.ipv6.conf.all.forwarding", "1")
        }
        try Self.connect(client, 1, to: balancer, as: "client")
        try client.inside {
            // Many short connections from one address.
            try NetworkNamespace.sysctl("net.ipv4.ip_local_port_range", "1024 65535")
            try NetworkNamespace.sysctl("net.ipv4.tcp_tw_reuse", "1")
        }
        let balancer = self.balancer
        backends = try (1...count).map { index in
            let namespace = try NetworkNamespace()
            let name = "b\(index)"
            try Self.connect(namespace, 10 + index, to: balancer, as: name)
            return Backend(
                name: name, address: "10.9.\(10 + index).2", address6: "fd09:\(10 + index)::2", namespace: namespace,
                server: try BackendServer(name, in: namespace, ports: ports))
        }
    }

    private static func connect(
        _ end: NetworkNamespace, _ number: Int, to balancer: NetworkNamespace, as name: String
    ) throws {
        try batch(
            in: balancer,
            """
            link add \(name) type veth peer name eth0 netns \(end.path)
            addr add 10.9.\(number).1/24 dev \(name)
            addr add fd09:\(number)::1/64 dev \(name) nodad
            link set \(name) up
            """)
        try batch(
            in: end,
            """
            addr add 10.9.\(number).2/24 dev eth0
            addr add fd09:\(number)::2/64 dev eth0 nodad
            link set eth0 up
            route add default via 10.9.\(number).1
            route add ::/0 via fd09:\(number)::1
            """)
    }

    private static func batch(in namespace: NetworkNamespace, _ lines: String) throws {
        try namespace.inside {
            _ = try Command.succeed(["ip", "-batch", "/proc/self/fd/3"], file: lines + "\n")
        }
    }
}

extension Topology {
    /// Opens a conversation from the client.
    public func converse(
        _ transport: Transport, _ service: Endpoint, from source: Endpoint? = nil, timeLimit: Int = 2000
    ) throws -> Conversation {
        try client.inside { try Conversation(transport, service, from: source, timeLimit: timeLimit) }
    }

    /// Opens a conversation, asks once, and closes it.
    public func ask(_ transport: Transport, _ service: Endpoint, timeLimit: Int = 2000) throws -> Answer {
        try converse(transport, service, timeLimit: timeLimit).ask()
    }

    /// Asks `count` times in conversations of their own.
    ///
    /// - Returns: how many of them each backend answered.
    public func spread(_ transport: Transport, _ service: Endpoint, count: Int) throws -> [String: Int] {
        var result: [String: Int] = [:]
        for _ in 0..<count {
            result[try ask(transport, service).backend, default: 0] += 1
        }
        return result
    }
}
