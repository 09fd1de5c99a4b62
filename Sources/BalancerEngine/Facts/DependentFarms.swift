// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

/// Which farms, and the cluster, depend on which facts: found by what has changed, at the cost of those that are touched.
struct DependentFarms {
    private var byInterface: [InterfaceName: Set<Name>] = [:]
    private var ofAnyInterface: Set<Name> = []
    private var byAddress: [IPAddress: Set<Name>] = [:]
    private var byWay: [IPAddress: Set<Name>] = [:]
    private var byExit: [IPAddress: Set<Name>] = [:]
    /// Farms of which the connections are forwarded by the kernel.
    private var forwarded = 0
    /// Farms that depend on more than that.
    private var dependent = 0
    /// The cluster, if there is one.
    var cluster: Cluster?

    /// What must be followed for them.
    var subjects: NetworkSubjects {
        if dependent > 0 { return [.host, .ways] }
        return forwarded > 0 || cluster != nil ? .host : []
    }

    func needsWay(to address: IPAddress) -> Bool { byWay[address] != nil }
    /// Whether somebody needs to know the interface to an address.
    func needsExit(to address: IPAddress) -> Bool { byExit[address] != nil }

    mutating func insert(_ farm: Farm) {
        if farm.isForwarded { forwarded += 1 }
        guard let needs = networkDependencies(of: farm) else { return }
        dependent += 1
        if needs.takesAnyInterface { ofAnyInterface.insert(farm.name) }
        for interface in needs.interfaces { byInterface[interface, default: []].insert(farm.name) }
        for address in needs.ownAddresses { byAddress[address, default: []].insert(farm.name) }
        for address in needs.ways { byWay[address, default: []].insert(farm.name) }
        for address in needs.exits { byExit[address, default: []].insert(farm.name) }
    }

    mutating func remove(_ farm: Farm) {
        if farm.isForwarded { forwarded -= 1 }
        guard let needs = networkDependencies(of: farm) else { return }
        dependent -= 1
        ofAnyInterface.remove(farm.name)
        for interface in needs.interfaces { byInterface.remove(farm.name, at: interface) }
        for address in needs.ownAddresses { byAddress.remove(farm.name, at: address) }
        for address in needs.ways { byWay.remove(farm.name, at: address) }
        for address in needs.exits { byExit.remove(farm.name, at: address) }
    }

    /// Whether the cluster depends on something of this.
    func isClusterTouched(by changes: FactChanges) -> Bool {
        guard let needs = cluster.map(networkDependencies) else { return false }
        return needs.takesAnyInterface && !changes.interfaces.isEmpty
            || !needs.interfaces.isDisjoint(with: changes.interfaces)
            || !needs.ownAddresses.isDisjoint(with: changes.addresses)
    }

    /// The farms that depend on something of this, in order.
    func touched(by changes: FactChanges) -> [Name] {
        var names: Set<Name> = changes.interfaces.isEmpty ? [] : ofAnyInterface
        for interface in changes.interfaces { names.formUnion(byInterface[interface] ?? []) }
        for address in changes.addresses { names.formUnion(byAddress[address] ?? []) }
        for address in changes.ways {
            names.formUnion(byWay[address] ?? [])
            names.formUnion(byExit[address] ?? [])
        }
        return names.sorted { $0.text < $1.text }
    }
}

extension Farm {
    /// Whether its connections go through the host's routing to backends.
    var isForwarded: Bool {
        switch mode {
        case .snat, .dnat: !backends.isEmpty
        case .local, .dsr, .stlsdnat: false
        }
    }
}

extension Dictionary where Value == Set<Name> {
    fileprivate mutating func remove(_ name: Name, at key: Key) {
        self[key]?.remove(name)
        if self[key]?.isEmpty == true { self[key] = nil }
    }
}
