// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

package import BalancerCompiler
package import BalancerEngine
package import BalancerModel
package import Nftables

/// A network in memory: what it is, and what it was asked. Changes become news where they are followed.
package final class FakeNetwork: NetworkPort {
    package private(set) var followed: NetworkSubjects = []
    package private(set) var interfaces: [InterfaceName: NetworkFacts.Interface] = [:]
    package private(set) var addresses: [IPAddress: UInt32] = [:]
    package private(set) var forwarding: [AddressFamily: Bool] = [.ipv4: true, .ipv6: true]
    /// Where packets go; nowhere else.
    package var routes: [IPAddress: HostRoute] = [:]
    package private(set) var neighbours: [NeighbourPlace: NeighbourState] = [:]
    /// Whom it was made to ask, in order.
    package private(set) var probes: [NeighbourPlace] = []
    /// Who answers at once when asked.
    package var answers: [NeighbourPlace: MACAddress] = [:]
    /// How often it was asked for a route.
    package private(set) var lookUps = 0
    /// Why it answers nothing; nil: it does.
    package var failure: KernelFailure?
    /// Where news go.
    package var told: ([NetworkNews]) -> Void = { _ in }

    package init() {}

    package func forgetHistory() {
        probes = []
        lookUps = 0
    }

    // MARK: What happens to it

    package func set(
        _ name: String, _ index: UInt32, mac: String? = "02:00:00:00:00:01", isRunning: Bool = true
    ) {
        let name = try! InterfaceName(name)
        interfaces[name] = NetworkFacts.Interface(
            index: index, hardwareAddress: mac.map { try! MACAddress($0) }, isRunning: isRunning)
        if !isRunning { forgetNeighbours(at: index) }
        tell(.interface(name, interfaces[name]!), .host)
    }

    package func remove(_ name: String) {
        guard let gone = interfaces.removeValue(forKey: try! InterfaceName(name)) else { return }
        forgetNeighbours(at: gone.index)
        for (address, index) in addresses where index == gone.index {
            addresses[address] = nil
            tell(.addressGone(address, interface: index), .host)
        }
        tell(.interfaceGone(gone.index), .host)
    }

    package func set(address: IPAddress, at interface: UInt32) {
        addresses[address] = interface
        tell(.address(address, interface: interface), .host)
    }

    package func set(forwarding family: AddressFamily, _ isOn: Bool) {
        forwarding[family] = isOn
        tell(.forwarding(family, .all, isOn), .host)
    }

    package func set(route: HostRoute, to address: IPAddress) {
        routes[address] = route
        tell(.routes(address...address), .ways)
    }

    package func set(_ state: NeighbourState, at place: NeighbourPlace) {
        neighbours[place] = state == .unknown ? nil : state
        tell(.neighbour(place, state), .ways)
    }

    /// Like the kernel, before it says that the carrier is lost.
    private func forgetNeighbours(at interface: UInt32) {
        for place in neighbours.keys where place.interface == interface { set(.unknown, at: place) }
    }

    /// Changes something without a word, then says that something was lost.
    package func lose(_ change: (FakeNetwork) -> Void) {
        let told = told
        self.told = { _ in }
        change(self)
        self.told = told
        told([.lost])
    }

    private func tell(_ news: NetworkNews, _ subject: NetworkSubjects) {
        if followed.contains(subject) { told([news]) }
    }

    // MARK: NetworkPort

    package func follow(_ subjects: NetworkSubjects) throws(KernelFailure) {
        if let failure { throw failure }
        followed = subjects
    }

    package func read(_ subjects: NetworkSubjects) throws(KernelFailure) -> [NetworkNews] {
        if let failure { throw failure }
        var news: [NetworkNews] = []
        if subjects.contains(.host) {
            news += interfaces.map { .interface($0.key, $0.value) }
            news += addresses.map { .address($0.key, interface: $0.value) }
            news += forwarding.map { .forwarding($0.key, .all, $0.value) }
        }
        return news
    }

    package func route(to address: IPAddress) throws(KernelFailure) -> HostRoute {
        if let failure { throw failure }
        lookUps += 1
        return routes[address] ?? .none
    }

    package func neighbour(_ place: NeighbourPlace) throws(KernelFailure) -> NeighbourState {
        if let failure { throw failure }
        return neighbours[place] ?? .unknown
    }

    package func probe(_ place: NeighbourPlace) throws(KernelFailure) {
        if let failure { throw failure }
        probes.append(place)
        if let answer = answers[place] { set(.answered(answer, isFresh: true), at: place) }
    }
}
