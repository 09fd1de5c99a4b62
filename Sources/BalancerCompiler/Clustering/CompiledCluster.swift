// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import Nftables

/// A cluster as elements, and where its packets come in.
public struct CompiledCluster: Sendable, Hashable {
    /// Its addresses, in order.
    public internal(set) var addresses: [IPAddress]
    /// The slots that are this node's own, in order.
    public internal(set) var owned: [UInt32]
    /// The interfaces at which its packets come in: a base chain stands at each.
    public internal(set) var interfaces: Set<InterfaceName>

    /// Looks again where its packets come in.
    public mutating func follow(_ cluster: Cluster, _ facts: NetworkFacts) {
        interfaces = cluster.interfaces(facts)
    }
}

/// A cluster as elements.
public func compile(_ cluster: Cluster, facts: NetworkFacts) -> CompiledCluster {
    let node = cluster.nodes.firstIndex { $0.name == cluster.node }
    let owners = NodeSpread.owners(cluster.nodes)
    return CompiledCluster(
        addresses: cluster.addresses.map(\.address).sorted(),
        owned: owners.indices.filter { owners[$0] == node }.map { UInt32($0) },
        interfaces: cluster.interfaces(facts))
}

/// What of the network a cluster depends on.
public func networkDependencies(of cluster: Cluster) -> NetworkDependencies {
    var result = NetworkDependencies()
    if let interface = cluster.interface {
        result.interfaces.insert(interface)
    } else {
        result.takesAnyInterface = true
        result.ownAddresses = Set(cluster.addresses.map(\.address))
    }
    return result
}

extension Cluster {
    /// The interfaces at which packets to its addresses come in.
    fileprivate func interfaces(_ facts: NetworkFacts) -> Set<InterfaceName> {
        addresses.reduce(into: []) { result, shared in
            for name in facts.arrivals(at: shared.address, given: interface)
            where name.isPlain && facts.interfaces[name]?.hardwareAddress != nil {
                result.insert(name)
            }
        }
    }
}

extension Skeleton {
    /// The set in which packets of other nodes' clients are counted, if there is one.
    public var foreignPackets: [ElementForm] {
        guard features[.netdev]?.contains(.clusters) ?? false else { return [] }
        return [ClusterChains.foreign.form(in: .netdev)]
    }
}

extension ElementBins {
    /// Appends the elements of a cluster.
    public mutating func append(_ cluster: CompiledCluster) {
        append(addresses: cluster.addresses)
        append(owned: cluster.owned)
    }

    fileprivate mutating func append(addresses: some Sequence<IPAddress>) {
        for address in addresses {
            with(ClusterChains.addresses(address.family), .netdev) { $0.append(key: address.bytes) }
        }
    }

    fileprivate mutating func append(owned: some Sequence<UInt32>) {
        for slot in owned { with(ClusterChains.owned, .netdev) { $0.append(word: slot) } }
    }
}

extension FarmDifference {
    /// Adds what changes when a cluster becomes another version of itself; nil: there is none.
    public mutating func add(from old: CompiledCluster?, to new: CompiledCluster?) {
        let (oldAddresses, newAddresses) = (Set(old?.addresses ?? []), Set(new?.addresses ?? []))
        removed.append(addresses: oldAddresses.subtracting(newAddresses).sorted())
        added.append(addresses: newAddresses.subtracting(oldAddresses).sorted())
        let (oldSlots, newSlots) = (Set(old?.owned ?? []), Set(new?.owned ?? []))
        removed.append(owned: oldSlots.subtracting(newSlots).sorted())
        added.append(owned: newSlots.subtracting(oldSlots).sorted())
    }
}
