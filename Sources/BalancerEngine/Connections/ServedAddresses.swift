// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

/// Addresses, ports and transports of farms, to be asked whether a connection went to one of them.
struct ServedAddresses: Equatable {
    private struct Key: Hashable {
        /// Nil: any address of the balancer.
        var address: IPAddress?
        /// Nil: every transport.
        var transport: UInt8?
        /// Nil: every port.
        var port: UInt16?
    }

    /// Ports of a farm.
    private struct Ports: Equatable {
        var range: ClosedRange<UInt16>
        var farm: UInt16
    }

    /// The farm that has it; 0: nobody asks.
    private var keys: [Key: UInt16] = [:]
    /// Ranges of ports, by address and transport.
    private var ranges: [Key: [Ports]] = [:]

    var isEmpty: Bool { keys.isEmpty && ranges.isEmpty }

    /// Adds what the kernel's maps say about an entry: the only place that knows what an entry may be.
    mutating func insert(_ entry: CompiledFragment.Entry, of farm: UInt16 = 0) {
        insert(address: entry.address, transport: entry.transport, ports: entry.ports, of: farm)
    }

    /// Adds an address; nil for the address: any of the balancer, for the transport or the ports: all.
    mutating func insert(address: IPAddress?, transport: UInt8?, ports: ClosedRange<UInt16>?, of farm: UInt16 = 0) {
        var key = Key(address: address, transport: transport, port: nil)
        guard let ports, ports.count > 1 else {
            key.port = ports?.lowerBound
            keys[key] = farm
            return
        }
        ranges[key, default: []].append(Ports(range: ports, farm: farm))
    }

    /// Whether a connection went to one of them.
    ///
    /// Which addresses are the balancer's is not known here. So a farm of any address takes what was forwarded to such a port
    /// elsewhere for its own, but not what somebody's rules have given another source: forgetting that would break it.
    func contains(_ connection: TrackedConnection) -> Bool {
        if !farms(at: connection).isEmpty { return true }
        return !connection.isSourceTranslated && !farms(connection, at: nil).isEmpty
    }

    /// The farms to whose addresses a connection went; those of any address are not among them.
    func farms(at connection: TrackedConnection) -> [UInt16] { farms(connection, at: connection.destination) }

    private func farms(_ connection: TrackedConnection, at address: IPAddress?) -> [UInt16] {
        let transport = connection.transport
        let port = connection.port
        let found = [
            keys[Key(address: address, transport: transport, port: port)],
            keys[Key(address: address, transport: transport, port: nil)],
            keys[Key(address: address, transport: nil, port: nil)],
        ].compactMap(\.self)
        let ranges = ranges[Key(address: address, transport: transport, port: nil)] ?? []
        return found + ranges.filter { $0.range.contains(port) }.map(\.farm)
    }
}
