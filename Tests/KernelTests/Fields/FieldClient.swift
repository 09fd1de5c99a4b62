// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Namespaces

/// A client of which each field that a hash or a session can look at has several values, and farms to ask with them.
///
/// Farm number N has one address for each value of `dstip`, and one port for each of `dstport`.
struct FieldClient {
    /// What differs from the first values; nil: nothing.
    struct Variation: Hashable {
        var field: PacketField?
        var value = 0

        static let none = Variation()

        func index(of other: PacketField) -> Int { other == field ? value : 0 }
    }

    static let allCombinations: [[PacketField]] = (1..<64).map { bits in
        PacketField.allCases.enumerated().filter { bits & 1 << $0.offset != 0 }.map(\.element)
    }

    let topology: Topology
    let isIPv6: Bool
    /// How many values each field has.
    let values: Int

    init(isIPv6: Bool, backends: Int, values: Int) throws {
        topology = try Topology(backends: backends, ports: [8080])
        self.isIPv6 = isIPv6
        self.values = values
        for value in 1..<values {
            try ip(topology.client, "addr add \(text(.srcip, value))/\(isIPv6 ? "64 nodad" : "24") dev eth0")
        }
        try setHardwareAddresses(.none)
    }

    // MARK: What the fields say

    /// A value as sessions write it.
    func text(_ field: PacketField, _ value: Int, farm: Int = 0) -> String {
        switch field {
        case .srcip: isIPv6 ? "fd09:1::\(2 + 10 * value)" : "10.9.1.\(2 + 10 * value)"
        case .dstip: isIPv6 ? "2001:db8:\(value)::\(farm)" : "198.18.\(value).\(farm)"
        case .srcport: "\(5000 + value)"
        case .dstport: "\(7000 + value)"
        case .srcmac: "02:00:00:00:01:0\(value)"
        case .dstmac: "02:00:00:00:02:0\(value)"
        }
    }

    /// The key of a session of these fields.
    func session(_ fields: [PacketField], _ variation: Variation, farm: Int) throws -> SessionKey {
        let parts = fields.map { text($0, variation.index(of: $0), farm: farm) }
        return try SessionKey(try SessionClient(parts.joined(separator: " . ")), fields: fields)
    }

    // MARK: Packets

    /// Makes the kernel forget all connections, and lets packets have the hardware addresses of a variation.
    func begin(_ variation: Variation) throws {
        try topology.balancer.inside { _ = try Command.succeed(["conntrack", "-F"]) }
        guard variation.field == .srcmac || variation.field == .dstmac else { return }
        try setHardwareAddresses(variation)
    }

    /// Ends what `begin` began.
    func end(_ variation: Variation) throws {
        guard variation.field == .srcmac || variation.field == .dstmac else { return }
        try setHardwareAddresses(.none)
    }

    private func setHardwareAddresses(_ variation: Variation) throws {
        let source = text(.srcmac, variation.index(of: .srcmac))
        let destination = text(.dstmac, variation.index(of: .dstmac))
        try ip(topology.client, "link set eth0 address \(source)")
        try ip(topology.balancer, "link set client address \(destination)")
        try ip(topology.client, "neigh flush dev eth0")
        try ip(topology.balancer, "neigh flush dev client")
    }

    private func ip(_ space: NetworkNamespace, _ words: String) throws {
        try space.inside { _ = try Command.succeed(["ip"] + words.split(separator: " ").map(String.init)) }
    }

    /// One datagram to a farm: who answers.
    func ask(farm: Int, _ variation: Variation) throws -> String {
        let endpoint = { (address: PacketField, port: PacketField) in
            Endpoint(
                text(address, variation.index(of: address), farm: farm),
                UInt16(text(port, variation.index(of: port))) ?? 0)
        }
        return try topology.converse(.udp, endpoint(.dstip, .dstport), from: endpoint(.srcip, .srcport)).ask().backend
    }

    // MARK: Farms

    /// The document of a farm.
    ///
    /// - Parameters:
    ///   - more: attributes as `"key": value, `.
    ///   - states: those of the backends b1, b2, …
    func farm(_ number: Int, more: String, states: [String]) -> String {
        let addresses = (0..<values).map { value in
            """
            {"name": "a\(value)", "family": "\(isIPv6 ? "ipv6" : "ipv4")",
             "ip-addr": "\(text(.dstip, value, farm: number))", "ports": ["7000-\(6999 + values)"], "protocol": "udp"}
            """
        }
        let backends = states.enumerated().map { index, state in
            let address = isIPv6 ? "fd09:\(11 + index)::2" : "10.9.\(11 + index).2"
            return #"{"name": "b\#(index + 1)", "ip-addr": "\#(address)", "port": 8080, "state": "\#(state)"}"#
        }
        return """
            {"name": "f\(number)", \(more)"addresses": [\(addresses.joined(separator: ","))],
             "backends": [\(backends.joined(separator: ","))]}
            """
    }

    /// A list of fields as a document has it.
    static func list(_ fields: [PacketField]) -> String {
        "[" + fields.map { "\"\($0.rawValue)\"" }.joined(separator: ", ") + "]"
    }
}
