// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

/// Which way the packets of a farm at ingress come and go.
extension Farm {
    /// Where frames to a backend go; nil: not known, so that it can serve nobody.
    ///
    /// `oface` says the interface, `ether-addr` of the backend the hardware address there, `ether-addr` of the farm that of the
    /// balancer; what they leave open is as the route and the neighbour table say.
    public func nextHop(to backend: Backend, _ facts: NetworkFacts) -> NetworkFacts.NextHop? {
        guard let address = backend.address else { return nil }
        var known: NetworkFacts.NextHop?
        var name = options.outputInterface
        switch facts.ways[address] {
        case .open(let hop):
            if name == nil || name == hop.interface { known = hop }
            name = name ?? hop.interface
        case .unresolved(let interface), .failed(let interface): name = name ?? interface
        case .unreachable, nil: break
        }
        guard let name else { return nil }
        let interface = facts.interfaces[name]
        guard let index = known?.index ?? interface?.index,
            let destination = backend.options.etherAddress ?? known?.destination,
            let source = options.outputEtherAddress ?? known?.source ?? interface?.hardwareAddress
        else { return nil }
        return NetworkFacts.NextHop(interface: name, index: index, destination: destination, source: source)
    }

    /// As ``activePriority(_:)``, of those backends to which frames can be sent.
    public func activePriority(_ family: AddressFamily, _ facts: NetworkFacts) -> Priority? {
        backends.lazy.filter {
            $0.state == .up && $0.address?.family == family && self.nextHop(to: $0, facts) != nil
        }.map(\.priority).min()
    }

    /// The interfaces at which frames must be looked at for it: where its packets come in and, where destinations are
    /// translated, where answers do.
    public func ingressInterfaces(_ facts: NetworkFacts) -> Set<InterfaceName> {
        guard mode.isAtIngress else { return [] }
        var result: Set<InterfaceName> = []
        for address in addresses where address.address != nil {
            result.formUnion(arrivals(of: address, facts).map(\.name))
        }
        guard mode == .stlsdnat else { return result }
        for backend in backends where backend.state != .incomplete {
            if let hop = nextHop(to: backend, facts), hop.interface.isPlain { result.insert(hop.interface) }
        }
        return result
    }

    /// The interfaces at which packets of an address come in, and how answers leave there.
    func arrivals(of address: FarmAddress, _ facts: NetworkFacts) -> [Arrival] {
        let names = facts.arrivals(at: address.address, given: address.options.interface)
        let said =
            address.options.inputEtherAddress ?? address.options.etherAddress ?? options.outputEtherAddress
        return names.compactMap { name in
            guard name.isPlain, let interface = facts.interfaces[name], let own = interface.hardwareAddress else {
                return nil
            }
            return Arrival(name: name, index: interface.index, hardware: said ?? own)
        }
    }
}

extension NetworkFacts {
    /// The interfaces at which packets of an address come in: the one that the user says; that which has the address; else
    /// every one that has hardware addresses, because routers send there what they please.
    func arrivals(at address: IPAddress?, given: InterfaceName?) -> [InterfaceName] {
        if let given { return [given] }
        if let own = address.flatMap({ ownAddresses[$0] }), interfaces[own]?.hardwareAddress != nil { return [own] }
        return interfaces.filter { $0.value.hardwareAddress != nil }.keys.sorted { $0.text < $1.text }
    }
}

/// An interface at which packets of an address come in.
struct Arrival: Hashable {
    var name: InterfaceName
    var index: UInt32
    /// The hardware address that answers come from.
    var hardware: MACAddress
}
