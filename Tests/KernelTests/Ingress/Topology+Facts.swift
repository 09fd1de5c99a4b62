// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import JSON
import Namespaces

extension Topology {
    /// The network as it is around the balancer: interfaces, addresses, and the way to each backend.
    func facts() throws -> NetworkFacts {
        var facts = NetworkFacts()
        try balancer.inside {
            for link in try Self.read(["ip", "-json", "address", "show"]) {
                let name = try InterfaceName(link["ifname"]?.string ?? "")
                let hardware =
                    link["link_type"]?.string == "ether" ? try MACAddress(link["address"]?.string ?? "") : nil
                facts.interfaces[name] = .init(
                    index: UInt32(link["ifindex"]?.integer ?? 0), hardwareAddress: hardware, isRunning: true)
                for address in link["addr_info"]?.array ?? [] {
                    facts.ownAddresses[try IPAddress(address["local"]?.string ?? "")] = name
                }
            }
        }
        for backend in backends {
            let link = try backend.namespace.inside { try Self.read(["ip", "-json", "link", "show", "eth0"])[0] }
            let name = try InterfaceName(backend.name)
            guard let interface = facts.interfaces[name], let own = interface.hardwareAddress else { continue }
            let hop = NetworkFacts.NextHop(
                interface: name, index: interface.index, destination: try MACAddress(link["address"]?.string ?? ""),
                source: own)
            for address in [backend.address, backend.address6] { facts.ways[try IPAddress(address)] = .open(hop) }
        }
        return facts
    }

    private static func read(_ command: [String]) throws -> [JSONValue] {
        try JSONValue(parsing: Array(Command.succeed(command).utf8)).array ?? []
    }

    /// A balancer that knows the network.
    func makeIngressBalancer(_ farms: FarmDocument...) throws -> TestBalancer {
        let balancer = try self.balancer.inside { try TestBalancer() }
        balancer.facts = try facts()
        let document = #"{"farms": ["# + farms.map(\.text).joined(separator: ", ") + "]}"
        try self.balancer.inside { try balancer.apply(document) }
        return balancer
    }

    /// Gives every backend the service's addresses on its loopback, as direct return needs it.
    ///
    /// - Returns: servers that answer datagrams from those addresses, as long as they live.
    func addServiceAddresses(_ addresses: [String]) throws -> [BackendServer] {
        try backends.map { backend in
            try backend.namespace.inside {
                for address in addresses {
                    _ = try Command.succeed(["ip", "address", "add", address, "dev", "lo", "nodad"])
                }
            }
            return try BackendServer(
                backend.name, in: backend.namespace, ports: [80, 8080], datagramAddresses: addresses)
        }
    }
}
