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

    private var keys: Set<Key> = []
    /// Ranges of ports, by address and transport.
    private var ranges: [Key: [ClosedRange<UInt16>]] = [:]

    var isEmpty: Bool { keys.isEmpty && ranges.isEmpty }

    /// Adds what the kernel's maps say about an entry: the only place that knows what an entry may be.
    mutating func insert(_ entry: CompiledFragment.Entry) {
        insert(address: entry.address, transport: entry.transport, ports: entry.ports)
    }

    /// Adds an address; nil for the address: any of the balancer, for the transport or the ports: all.
    mutating func insert(address: IPAddress?, transport: UInt8?, ports: ClosedRange<UInt16>?) {
        var key = Key(address: address, transport: transport, port: nil)
        guard let ports, ports.count > 1 else {
            key.port = ports?.lowerBound
            keys.insert(key)
            return
        }
        ranges[key, default: []].append(ports)
    }

    /// Whether a connection went to one of them.
    ///
    /// Which addresses are the balancer's is not known here. So a farm of any address takes what was forwarded to such a port
    /// elsewhere for its own, but not what somebody's rules have given another source: forgetting that would break it.
    func contains(_ connection: TrackedConnection) -> Bool {
        if contains(connection, at: connection.destination) { return true }
        return !connection.isSourceTranslated && contains(connection, at: nil)
    }

    private func contains(_ connection: TrackedConnection, at address: IPAddress?) -> Bool {
        let transport = connection.transport
        let port = connection.port
        return keys.contains(Key(address: address, transport: transport, port: port))
            || keys.contains(Key(address: address, transport: transport, port: nil))
            || keys.contains(Key(address: address, transport: nil, port: nil))
            || (ranges[Key(address: address, transport: transport, port: nil)] ?? []).contains { $0.contains(port) }
    }
}
