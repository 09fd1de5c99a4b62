// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
import Nftables

/// How exactly a service says what it takes: the kernel's maps are asked in this order, and the first that knows wins.
public enum ServiceExactness: Int, Sendable, Hashable, Comparable, CaseIterable {
    /// An address, a transport and a port.
    case port
    /// A range of ports.
    case range
    /// All ports of a transport.
    case transport
    /// All of an address.
    case address
    /// A port of any address of the balancer.
    case anyAddress

    /// The more exact one is less.
    public static func < (left: ServiceExactness, right: ServiceExactness) -> Bool { left.rawValue < right.rawValue }
}

extension CompiledFragment.Entry {
    /// How exactly it takes a flow; nil: it does not.
    public func exactness(for flow: Flow) -> ServiceExactness? {
        if let address, address != flow.destination { return nil }
        if let transport, transport != flow.transport.number { return nil }
        if let ports, !ports.contains(flow.destinationPort.number) { return nil }
        guard address != nil else { return .anyAddress }
        guard transport != nil else { return .address }
        guard let ports else { return .transport }
        return ports.count == 1 ? .port : .range
    }
}

extension GuardedAddress {
    /// How exactly it takes a flow; nil: it does not.
    public func exactness(for flow: Flow) -> ServiceExactness? {
        guard family == TableFamily(flow.family) else { return nil }
        return entries.lazy.compactMap { $0.exactness(for: flow) }.min()
    }
}
