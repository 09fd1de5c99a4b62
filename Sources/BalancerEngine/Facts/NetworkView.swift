// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

/// The network as the kernel tells it, made into facts.
///
/// News come in, questions go out: which routes must be looked up (`staleRoutes`) and which neighbours should be asked
/// (``NeighbourWatch``). Without input or output, so that every story of a network can be told to it.
struct NetworkView {
    private struct Link {
        var name: InterfaceName
        var interface: NetworkFacts.Interface
    }

    private var links: [UInt32: Link] = [:]
    /// At which interfaces each address is: the same may be at several.
    private var addresses: [IPAddress: Set<UInt32>] = [:]
    /// Interfaces that have an address by which more than the neighbour at the other end is reached.
    private var addressed: [UInt32: Int] = [:]
    private var forwarding: [AddressFamily: Set<ForwardingScope>] = [:]
    private var routes: [IPAddress: HostRoute] = [:]
    /// The keys of `routes` in their order; nil: to be sorted again.
    private var destinations: [IPAddress]?
    /// Destinations of which the neighbour on the way must be known, too.
    private var reached: Set<IPAddress> = []
    private(set) var neighbours = NeighbourWatch()

    /// What is known.
    private(set) var facts = NetworkFacts()
    /// What has changed in `facts` since it was taken.
    private var changes = FactChanges()
    /// Destinations of which the route is not known or may be another.
    private(set) var staleRoutes: Set<IPAddress> = []

    /// Neighbours of which the kernel must be asked what it knows.
    private(set) var staleNeighbours: Set<NeighbourPlace> = []

    /// Whether `facts` are as far as the kernel was asked.
    var isSettled: Bool { staleRoutes.isEmpty && staleNeighbours.isEmpty }

    /// What has changed since the last time.
    mutating func takeChanges() -> FactChanges {
        defer { changes = FactChanges() }
        return changes
    }

    var hasChanges: Bool { !changes.isEmpty }

    /// Something must be taken once more.
    mutating func putBack(_ other: FactChanges) { changes.formUnion(other) }

    // MARK: News

    mutating func apply(_ news: NetworkNews) {
        switch news {
        case .interface(let name, let interface): set(Link(name: name, interface: interface), interface.index)
        case .interfaceGone(let index): set(nil, index)
        case .address(let address, let index): setAddress(address, index, isThere: true)
        case .addressGone(let address, let index): setAddress(address, index, isThere: false)
        case .forwarding(let family, let scope, let isOn): setForwarding(family, scope, isOn)
        case .neighbour(let place, let state):
            staleNeighbours.remove(place)
            for destination in neighbours.note(state, at: place) { refreshWay(to: destination) }
        case .routes(let range):
            if let range { loseRoutes(to: range) } else { loseRoutes() }
        // Who hears this reads everything again.
        case .lost: break
        }
    }

    /// All routes may be others.
    mutating func loseRoutes() { staleRoutes.formUnion(routes.keys) }

    /// Something was not told: what was read is all that there is.
    mutating func replace(_ subjects: NetworkSubjects, with news: [NetworkNews]) {
        var interfaces: Set<UInt32> = []
        var pairs: Set<NeighbourPlace> = []
        for news in news {
            switch news {
            case .interface(_, let interface): interfaces.insert(interface.index)
            case .address(let address, let index): pairs.insert(NeighbourPlace(interface: index, address: address))
            case .interfaceGone, .addressGone, .forwarding, .neighbour, .routes, .lost: break
            }
        }
        if subjects.contains(.host) {
            for index in links.keys where !interfaces.contains(index) { set(nil, index) }
            for (address, indexes) in addresses {
                for index in indexes where !pairs.contains(NeighbourPlace(interface: index, address: address)) {
                    setAddress(address, index, isThere: false)
                }
            }
            forwarding = [:]
        }
        for news in news { apply(news) }
        loseRoutes()
        staleNeighbours = neighbours.all
    }

    private mutating func set(_ link: Link?, _ index: UInt32) {
        let old = links.updateOrRemove(link, index)
        if let old, old.name != link?.name, facts.interfaces[old.name]?.index == index {
            facts.interfaces[old.name] = nil
            changes.interfaces.insert(old.name)
        }
        if let link, facts.interfaces[link.name] != link.interface {
            facts.interfaces[link.name] = link.interface
            changes.interfaces.insert(link.name)
        }
        if old?.name != link?.name {
            for (address, at) in addresses where at.contains(index) { refreshOwner(of: address) }
            for (destination, route) in routes {
                if case .over(index, _) = route { refreshWay(to: destination) }
            }
        }
        let isRunning = link?.interface.isRunning ?? false
        if (old?.interface.isRunning ?? false) != isRunning {
            // That IPv4 routes end with their interface is not told (rtnetlink), nor that one without carrier is passed by
            // (ignore_routes_with_linkdown). One without addresses, a container's end of a wire, is nobody's way.
            if addressed[index] != nil { loseRoutes() } else { loseRoutes(over: index) }
            // Somebody else may have asked already, and then no answer is told once more.
            if isRunning {
                neighbours.askAll(at: index)
                staleNeighbours.formUnion(neighbours.all.filter { $0.interface == index })
            } else {
                neighbours.forgetAll(at: index)
            }
        }
        for destination in neighbours.destinations(over: index) { refreshWay(to: destination) }
    }

    /// Finds them by their order: a router tells of a thousand routes a second, and few matter.
    private mutating func loseRoutes(to range: ClosedRange<IPAddress>) {
        let sorted = destinations ?? routes.keys.sorted()
        destinations = sorted
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < range.lowerBound { low = middle + 1 } else { high = middle }
        }
        while low < sorted.count, range.contains(sorted[low]) {
            staleRoutes.insert(sorted[low])
            low += 1
        }
    }

    private mutating func loseRoutes(over index: UInt32) {
        for (destination, route) in routes {
            switch route {
            case .over(index, _), .none: staleRoutes.insert(destination)
            case .over, .local: break
            }
        }
    }

    private mutating func setAddress(_ address: IPAddress, _ index: UInt32, isThere: Bool) {
        var at = addresses[address] ?? []
        guard isThere ? at.insert(index).inserted : at.remove(index) != nil else { return }
        addresses[address] = at.isEmpty ? nil : at
        if !address.isLinkLocal {
            let count = (addressed[index] ?? 0) + (isThere ? 1 : -1)
            addressed[index] = count > 0 ? count : nil
        }
        refreshOwner(of: address)
    }

    /// Of several interfaces with one address the first to be made is named.
    private mutating func refreshOwner(of address: IPAddress) {
        let owner = addresses[address]?.sorted().compactMap { links[$0]?.name }.first
        guard facts.ownAddresses[address] != owner else { return }
        facts.ownAddresses[address] = owner
        changes.addresses.insert(address)
    }

    private mutating func setForwarding(_ family: AddressFamily, _ scope: ForwardingScope, _ isOn: Bool) {
        if isOn { forwarding[family, default: []].insert(scope) } else { forwarding[family, default: []].remove(scope) }
        let scopes = forwarding[family]!
        let result =
            switch family {
            // What decides is the setting of the interface at which a packet comes in (IN_DEV_FORWARD in ip_rcv_finish_core).
            case .ipv4: !scopes.isEmpty
            // One for all of them (ip6_forward).
            case .ipv6: scopes.contains(.all)
            }
        guard facts.forwarding[family] != result else { return }
        facts.forwarding[family] = result
        changes.forwarding.insert(family)
    }

    // MARK: Ways

    /// Begins to care about the way to an address.
    ///
    /// - Parameter asksNeighbour: whether it must be known to whom frames there go, and not only by which interface.
    mutating func add(destination: IPAddress, asksNeighbour: Bool) {
        let isNew = asksNeighbour && reached.insert(destination).inserted
        if routes[destination] == nil || isNew { staleRoutes.insert(destination) }
    }

    /// Ends to care to whom frames there go.
    mutating func askNoNeighbour(of destination: IPAddress) {
        guard reached.remove(destination) != nil else { return }
        setPlace(nil, of: destination)
        refreshWay(to: destination)
    }

    /// Ends to care.
    mutating func remove(destination: IPAddress) {
        staleRoutes.remove(destination)
        reached.remove(destination)
        routes[destination] = nil
        destinations = nil
        setPlace(nil, of: destination)
        refreshWay(to: destination)
    }

    /// What a route was found to be.
    mutating func set(_ route: HostRoute, to destination: IPAddress) {
        guard staleRoutes.remove(destination) != nil else { return }
        if routes.updateValue(route, forKey: destination) == nil { destinations = nil }
        var place: NeighbourPlace?
        if reached.contains(destination), case .over(let interface, let gateway) = route {
            place = NeighbourPlace(interface: interface, address: gateway ?? destination)
        }
        setPlace(place, of: destination)
        refreshWay(to: destination)
    }

    private mutating func setPlace(_ place: NeighbourPlace?, of destination: IPAddress) {
        if let gone = neighbours.setPlace(place, of: destination) { staleNeighbours.remove(gone) }
        if let place, !neighbours.isKnown(place) { staleNeighbours.insert(place) }
    }

    private mutating func refreshWay(to destination: IPAddress) {
        let way = reached.contains(destination) ? way(to: destination) : nil
        let exit = exit(to: destination)
        guard facts.ways[destination] != way || facts.exits[destination] != exit else { return }
        facts.ways[destination] = way
        facts.exits[destination] = exit
        changes.ways.insert(destination)
    }

    private func exit(to destination: IPAddress) -> InterfaceName? {
        guard case .over(let index, _) = routes[destination] else { return nil }
        return links[index]?.name
    }

    private func way(to destination: IPAddress) -> NetworkFacts.Way? {
        switch routes[destination] {
        case nil: return nil
        case .some(.none), .local: return .unreachable
        case .over(let index, let gateway):
            // Frames have hardware addresses at both ends: a tunnel has none.
            guard let link = links[index], let source = link.interface.hardwareAddress else { return .unreachable }
            guard link.interface.isRunning else { return .unresolved(link.name) }
            switch neighbours[NeighbourPlace(interface: index, address: gateway ?? destination)] {
            case .unknown: return .unresolved(link.name)
            case .failed: return .failed(link.name)
            case .answered(let hardware, _), .fixed(let hardware):
                guard let hardware else { return .unreachable }
                return .open(
                    NetworkFacts.NextHop(interface: link.name, index: index, destination: hardware, source: source))
            }
        }
    }

    /// Whom to ask now.
    mutating func takeQuestions(at now: UInt64) -> [NeighbourPlace] { neighbours.takeQuestions(at: now) }
}

extension Dictionary {
    /// Sets or removes a value; gives the one of before.
    fileprivate mutating func updateOrRemove(_ value: Value?, _ key: Key) -> Value? {
        if let value { updateValue(value, forKey: key) } else { removeValue(forKey: key) }
    }
}

extension IPAddress {
    /// In 169.254.0.0/16 or fe80::/10.
    fileprivate var isLinkLocal: Bool {
        switch self {
        case .v4(let value): value >> 16 == 0xa9fe
        case .v6(let high, _): high >> 54 == 0x3fa
        }
    }
}
