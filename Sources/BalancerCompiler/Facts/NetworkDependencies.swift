// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

/// What of the network a farm depends on: what must be asked for, and when it must be compiled again.
public struct NetworkDependencies: Sendable, Hashable {
    /// Interfaces that the user named.
    public var interfaces: Set<InterfaceName> = []
    /// Whether some address of it may be asked for at any interface.
    public var takesAnyInterface = false
    /// Addresses of the farm: on which interface each is, if the host has it.
    public var ownAddresses: Set<IPAddress> = []
    /// Addresses of backends: the way to each must be known.
    public var ways: Set<IPAddress> = []
    /// Addresses of backends of which the interface must be known and no more: nobody is asked for hardware addresses.
    public var exits: Set<IPAddress> = []

    /// Whether a farm that depends on this must be compiled again when the network becomes another one.
    public func isTouched(from old: NetworkFacts, to new: NetworkFacts) -> Bool {
        if takesAnyInterface, old.interfaces != new.interfaces { return true }
        if ownAddresses.contains(where: { old.ownAddresses[$0] != new.ownAddresses[$0] }) { return true }
        if ways.contains(where: { old.ways[$0] != new.ways[$0] }) { return true }
        if exits.contains(where: { old.exits[$0] != new.exits[$0] }) { return true }
        return interfaces.contains { old.interfaces[$0] != new.interfaces[$0] }
    }
}

/// What of the network a farm depends on, whatever its state; nil: nothing, because connections are translated by the
/// kernel, which knows its network itself. Only its flow tables must be told where to look.
public func networkDependencies(of farm: Farm) -> NetworkDependencies? {
    guard farm.mode.isAtIngress || farm.offloadsFlows else { return nil }
    var result = NetworkDependencies()
    for address in farm.addresses {
        if let interface = address.options.interface {
            result.interfaces.insert(interface)
        } else if let own = address.address {
            result.ownAddresses.insert(own)
            result.takesAnyInterface = true
        } else if farm.offloadsFlows, !address.isIncomplete {
            result.takesAnyInterface = true
        }
    }
    if let interface = farm.options.outputInterface { result.interfaces.insert(interface) }
    let destinations = Set(farm.backends.compactMap(\.address))
    if farm.offloadsFlows { result.exits = destinations } else { result.ways = destinations }
    return result
}

extension FarmMode {
    /// Whether its packets are sent on at ingress, before the host's own routing and connection tracking see them.
    public var isAtIngress: Bool {
        switch self {
        case .dsr, .stlsdnat: true
        case .snat, .dnat, .local: false
        }
    }
}
