// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Synchronization
import Testing

/// Balancers that share addresses:
///
///     client 10.9.1.2 … ─── front ─┬─ lan a own ── 10.9.20.2 (each node's own)
///            fd09:1::2 …           ├─ lan b own ──
///        │                         └─ lan c own ──
///        │                              │ back
///        └──────────────────────── back ┴─┬─ 10.9.2.11 b1
///                                         └─ 10.9.2.12 b2
///
/// `front` and `back` are bridges; the front gives each frame for the shared addresses to all nodes. The shared backends answer
/// clients directly, over the back; what is translated goes to the node that translated it.
final class ClusterLab {
    /// How the front brings frames to all nodes.
    enum Fabric: String, CaseIterable {
        /// A hardware address of many, written down at the client.
        case multicast
        /// The nodes have the same one; the bridge learns nothing and floods.
        case sharedAddress
    }

    struct Node {
        var name: String
        var namespace: NetworkNamespace
        var daemon: Daemon
        var server: BackendServer
    }

    let fabric: Fabric
    let client: NetworkNamespace
    let bridges: NetworkNamespace
    let backends: [NetworkNamespace]
    private(set) var nodes: [Node] = []
    private var servers: [BackendServer] = []
    private var others: [NetworkNamespace] = []
    private let folder: URL

    static let shared = "10.9.1.100"
    static let shared6 = "fd09:1::100"
    static let clients = (10..<90).map { "10.9.1.\($0)" } + (10..<50).map { "fd09:1::\($0)" }
    private static let many = "03:00:5e:00:01:01"
    private static let common = "02:00:5e:00:01:01"

    init(_ names: [String], _ fabric: Fabric) throws {
        self.fabric = fabric
        folder = FileManager.default.temporaryDirectory.appending(path: "nftlb-e2e-\(UUID().uuidString.prefix(8))")
        client = try NetworkNamespace()
        bridges = try NetworkNamespace()
        backends = try (0..<2).map { _ in try NetworkNamespace() }
        for bridge in ["front", "back"] {
            try bridges.ip("link add name \(bridge) type bridge mcast_snooping 0")
            try bridges.ip("link set \(bridge) up")
        }
        try plug(client, "eth0", into: "front", "client")
        try plug(client, "eth1", into: "back", "clientback")
        try addAddresses(client, "eth1", ["10.9.2.1/24", "fd09:2::1/64"])
        try addAddresses(
            client, "eth0",
            ["10.9.1.2/24", "fd09:1::2/64"] + Self.clients.map { $0 + ($0.contains(":") ? "/64" : "/24") })
        let hardware = fabric == .multicast ? Self.many : Self.common
        for address in [Self.shared, Self.shared6] {
            try client.ip("neighbour replace \(address) lladdr \(hardware) dev eth0 nud permanent")
        }
        for (index, backend) in backends.enumerated() {
            try plug(backend, "eth0", into: "back", "b\(index + 1)")
            try addAddresses(backend, "eth0", ["10.9.2.\(11 + index)/24", "fd09:2::\(11 + index)/64"])
            try addAddresses(backend, "lo", ["\(Self.shared)/32", "\(Self.shared6)/128"])
            try backend.ip("route add 10.9.1.0/24 via 10.9.2.1")
            try backend.ip("route add fd09:1::/64 via fd09:2::1")
            servers.append(try BackendServer("b\(index + 1)", in: backend, ports: [80, 81, 82]))
        }
        for (index, name) in names.enumerated() { nodes.append(try makeNode(name, index)) }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    subscript(name: String) -> Node { nodes.first { $0.name == name }! }

    private func makeNode(_ name: String, _ index: Int) throws -> Node {
        let (space, own) = (try NetworkNamespace(), try NetworkNamespace())
        others.append(own)
        try space.inside {
            try NetworkNamespace.sysctl("net.ipv4.ip_forward", "1")
            try NetworkNamespace.sysctl("net.ipv6.conf.all.forwarding", "1")
        }
        try plugFront(space, name, index)
        try plug(space, "back", into: "back", name + "back")
        try addAddresses(space, "back", ["10.9.2.\(201 + index)/24", "fd09:2::\(201 + index)/64"])
        try space.ip("link add own type veth peer name eth0 netns \(own.path)")
        try addAddresses(space, "own", ["10.9.20.1/24", "fd09:20::1/64"])
        try space.ip("link set own up")
        try addAddresses(own, "eth0", ["10.9.20.2/24", "fd09:20::2/64"])
        try own.ip("link set eth0 up")
        try own.ip("route add default via 10.9.20.1")
        try own.ip("route add ::/0 via fd09:20::1")
        let daemon = try Daemon(in: space, folder: folder.appending(path: name))
        try daemon.start()
        return Node(
            name: name, namespace: space, daemon: daemon,
            server: try BackendServer("own-\(name)", in: own, ports: [80, 81, 82]))
    }

    /// Connects a node to the front, with the shared addresses.
    func plugFront(_ space: NetworkNamespace, _ name: String, _ index: Int) throws {
        try plug(space, "lan", into: "front", name, hardware: fabric == .sharedAddress ? Self.common : nil)
        try addAddresses(
            space, "lan",
            [
                "10.9.1.\(201 + index)/24", "fd09:1::\(201 + index)/64", "\(Self.shared)/32", "\(Self.shared6)/128",
            ])
    }

    /// Sets the link of a node up again. Linux has kept its IPv4 addresses.
    func reconnectFront(of name: String) throws {
        guard let index = nodes.firstIndex(where: { $0.name == name }) else { return }
        try nodes[index].namespace.ip("link set lan up")
        try addAddresses(nodes[index].namespace, "lan", ["fd09:1::\(201 + index)/64", "\(Self.shared6)/128"])
    }

    /// - Parameter hardware: an address that others have, too: the bridge must never learn at which port it is.
    private func plug(
        _ space: NetworkNamespace, _ name: String, into bridge: String, _ port: String, hardware: String? = nil
    ) throws {
        let address = hardware.map { "address \($0)" } ?? ""
        try bridges.ip("link add name \(port) type veth peer name \(name) \(address) netns \(space.path)")
        try bridges.ip("link set dev \(port) master \(bridge)")
        if hardware != nil {
            try bridges.check("bridge", "link", "set", "dev", port, "learning", "off", "flood", "on")
        }
        try bridges.ip("link set dev \(port) up")
        try space.ip("link set \(name) up")
    }

    private func addAddresses(_ space: NetworkNamespace, _ interface: String, _ addresses: [String]) throws {
        let lines = addresses.map { "addr add \($0) dev \(interface)" + ($0.contains(":") ? " nodad" : "") }
        try space.inside {
            _ = try Command.succeed(["ip", "-batch", "/proc/self/fd/3"], file: lines.joined(separator: "\n") + "\n")
        }
    }
}

extension ClusterLab {
    typealias Object = Declared.Object

    /// Port 80: source and destination translated; 81: the destination alone, to a backend of the node's own; 82: sent on.
    static let modes = [80: "snat", 81: "dnat", 82: "dsr"]

    static func service(_ client: String, _ port: Int) -> Endpoint {
        Endpoint(client.contains(":") ? shared6 : shared, UInt16(port))
    }

    private static var farms: [Object] {
        modes.flatMap { port, mode in
            [false, true].map { isIPv6 in
                let shared = (11...12).map { host in
                    ["name": "b\(host - 10)", "ip-addr": isIPv6 ? "fd09:2::\(host)" : "10.9.2.\(host)"]
                }
                let own = [["name": "own", "ip-addr": isIPv6 ? "fd09:20::2" : "10.9.20.2"]]
                return Declared.farm(
                    "\(mode)\(isIPv6 ? 6 : 4)", at: service(isIPv6 ? ":" : "", port), mode: mode,
                    scheduler: "maglev", backends: mode == "dnat" ? own : shared)
            }
        }
    }

    /// Declares farms and the cluster on a node.
    func declare(_ name: String, nodes: [Object]) throws {
        let cluster: Object = [
            "name": "edge", "node": name, "nodes": nodes,
            "addresses": [["ip-addr": Self.shared], ["ip-addr": Self.shared6]],
        ]
        _ = try self[name].daemon.remote().call(
            "configuration.apply",
            ["configuration": ["farms": Self.farms, "clusters": [cluster]], "mode": "replace"])
        for mode in ["dsr4", "dsr6"] { try self[name].daemon.expect(mode, "up") }
    }

    /// Says on some nodes what one of them is like.
    func set(_ node: String, _ attributes: Object, on names: [String]) throws {
        for name in names {
            let change: Object = [
                "set": ["clusters": [["name": "edge", "nodes": [attributes.merging(["name": node]) { $1 }]]]]
            ]
            _ = try self[name].daemon.remote().call("configuration.apply", ["changes": [change]])
        }
    }

    /// Which node has a client: told by the backend that is the node's own.
    func owner(of address: String, timeLimit: Int = 5000) throws -> String {
        try client.inside {
            let conversation = try Conversation(
                .tcp, Self.service(address, 81), from: Endpoint(address, 0), timeLimit: timeLimit)
            return String(try conversation.ask().backend.dropFirst("own-".count))
        }
    }

    func owners(of clients: [String] = ClusterLab.clients) throws -> [String: String] {
        var result: [String: String] = [:]
        for address in clients {
            do { result[address] = try owner(of: address) } catch { throw Unexpected(text: "\(address): \(error)") }
        }
        return result
    }

    /// Conversations that go on, one for each client.
    func hold(_ clients: [String], port: Int) throws -> [String: Held] {
        try client.inside {
            var result: [String: Held] = [:]
            for address in clients {
                result[address] = try Held(
                    Conversation(.tcp, Self.service(address, port), from: Endpoint(address, 0), timeLimit: 5000))
            }
            return result
        }
    }

    func figures(_ name: String) throws -> Reply {
        try self[name].daemon.remote().call("statistics.get")["clusters"][0]
    }
}

/// Clients that open one conversation after the other, each from addresses of its own, to all services.
final class ClientLoad: Sendable {
    private struct State {
        var isStopping = false
        var count = 0
        var failures: [String] = []
    }

    private let state = Mutex(State())
    private let ended = DispatchSemaphore(value: 0)

    init(_ lab: ClusterLab, _ clients: [String]) {
        let space = lab.client
        Thread.detachNewThread { [self] in
            try? space.enter()
            var turn = 0
            while !state.withLock({ $0.isStopping }) {
                let address = clients[turn % clients.count]
                let service = ClusterLab.service(address, 80 + turn % ClusterLab.modes.count)
                turn += 1
                var failure: String?
                do {
                    _ = try Conversation(.tcp, service, from: Endpoint(address, 0), timeLimit: 10_000).ask()
                } catch { failure = "\(address) to \(service): \(error)" }
                state.withLock { state in
                    state.count += 1
                    if let failure { state.failures.append(failure) }
                }
            }
            ended.signal()
        }
    }

    /// Waits until so many more conversations have ended.
    func wait(for count: Int) {
        let target = state.withLock { $0.count } + count
        while state.withLock({ $0.count }) < target { usleep(2_000) }
    }

    /// Ends the load; nothing may have failed.
    func expectNoFailure(atLeast count: Int = 100, sourceLocation: SourceLocation = #_sourceLocation) {
        state.withLock { $0.isStopping = true }
        ended.wait()
        let (total, failures) = state.withLock { ($0.count, $0.failures) }
        #expect(failures.isEmpty, "of \(total) conversations", sourceLocation: sourceLocation)
        #expect(total >= count, sourceLocation: sourceLocation)
    }
}
