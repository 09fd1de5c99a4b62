// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import EngineSupport
import Nftables
import Testing

@testable import BalancerEngine

/// A network and somebody who watches it, without an engine.
private final class Story {
    let network = FakeNetwork()
    let watch: NetworkWatch
    var facts = NetworkFacts()

    static let b = IPAddress.v4(0x0a01_0002)
    static let far = IPAddress.v4(0xc633_6401)
    static let gateway = IPAddress.v4(0x0a01_00fe)
    static let place = NeighbourPlace(interface: 2, address: b)
    static let mac = try! MACAddress("02:00:00:00:00:b1")
    static let other = try! MACAddress("02:00:00:00:00:b2")
    static let own = try! MACAddress("02:00:00:00:00:01")

    init(_ destinations: [IPAddress] = [Story.b]) throws {
        network.set("eth1", 2)
        network.set(address: .v4(0x0a01_0001), at: 2)
        network.routes = [
            Self.b: .over(interface: 2, gateway: nil), Self.far: .over(interface: 2, gateway: Self.gateway),
        ]
        watch = NetworkWatch(network)
        network.told = { [unowned watch] in watch.note($0) }
        _ = try watch.follow([.host, .ways])
        for destination in destinations { watch.addForChange(destination: destination, asksNeighbour: true) }
    }

    /// Looks up what is to be looked up, and answers what has changed.
    @discardableResult
    func settle() throws -> FactChanges {
        while try !watch.lookUp() {}
        let changes = watch.takeChanges(besides: facts)
        facts.take(changes, from: watch.view.facts)
        return changes
    }

    func way(to address: IPAddress = b) throws -> NetworkFacts.Way? {
        try settle()
        return facts.ways[address]
    }

    func questions(at seconds: UInt64) throws -> [NeighbourPlace] {
        network.forgetHistory()
        try watch.ask(at: seconds * 1_000_000_000)
        return network.probes
    }

    static let eth1 = try! InterfaceName("eth1")

    static func open(_ mac: MACAddress = mac, _ index: UInt32 = 2, source: MACAddress = own) -> NetworkFacts.Way {
        .open(NetworkFacts.NextHop(interface: eth1, index: index, destination: mac, source: source))
    }
}

@Suite("Facts of a network, as it is told")
struct NetworkViewTests {
    private typealias State = NeighbourState

    @Test("A neighbour: unknown, asked, answers, moves, fails, is asked again, answers")
    func neighbour() throws {
        let story = try Story()
        #expect(try story.way() == .unresolved(Story.eth1))
        #expect(try story.questions(at: 100) == [Story.place])
        story.network.set(.answered(Story.mac, isFresh: true), at: Story.place)
        #expect(try story.settle().ways == [Story.b])
        #expect(try story.way() == Story.open())
        #expect(try story.questions(at: 200) == [], "it has just answered")
        // It moves: the kernel hears of it from the other side.
        story.network.set(.answered(Story.other, isFresh: false), at: Story.place)
        #expect(try story.way() == Story.open(Story.other))
        #expect(try story.questions(at: 200) == [Story.place], "what is old is asked at once")
        #expect(try story.questions(at: 201) == [], "and then not for a while")
        story.network.set(.failed, at: Story.place)
        #expect(try story.way() == .failed(Story.eth1))
        #expect(try story.questions(at: 203) == [])
        #expect(try story.questions(at: 211) == [Story.place], "one that does not answer is asked now and then")
        story.network.set(.answered(Story.mac, isFresh: true), at: Story.place)
        #expect(try story.way() == Story.open())
        #expect(try story.questions(at: 300) == [])
    }

    @Test("What the kernel has forgotten holds until it is asked again, as long as the interface stays")
    func forgotten() throws {
        let story = try Story()
        story.network.set(.answered(Story.mac, isFresh: true), at: Story.place)
        #expect(try story.way() == Story.open())
        story.network.set(.unknown, at: Story.place)
        #expect(try story.settle().isEmpty)
        #expect(try story.way() == Story.open())
        #expect(try story.questions(at: 1) == [Story.place])
        story.network.set(.failed, at: Story.place)
        #expect(try story.way() == .failed(Story.eth1))
        #expect(try story.questions(at: 2) == [])
        story.network.set(.unknown, at: Story.place)
        #expect(try story.settle().isEmpty, "a failure holds as well")
    }

    @Test("A deletion that is told as a failure first is one all the same: what it was holds, and it is asked at once")
    func deleted() throws {
        let story = try Story()
        story.network.set(.answered(Story.mac, isFresh: true), at: Story.place)
        #expect(try story.way() == Story.open())
        for number in 0..<3 {
            story.network.set(.failed, at: Story.place)
            story.network.set(.unknown, at: Story.place)
            #expect(try story.settle().isEmpty)
            #expect(try story.way() == Story.open())
            #expect(try story.questions(at: 100 + UInt64(number)) == [Story.place])
        }
        story.network.set(.fixed(Story.other), at: Story.place)
        #expect(try story.way() == Story.open(Story.other))
        story.network.set(.failed, at: Story.place)
        story.network.set(.unknown, at: Story.place)
        #expect(try story.way() == .unresolved(Story.eth1), "what somebody wrote down was not an answer")
        #expect(try story.questions(at: 104) == [Story.place])
    }

    @Test("One that somebody wrote down is never asked")
    func fixed() throws {
        let story = try Story()
        story.network.set(.fixed(Story.mac), at: Story.place)
        #expect(try story.way() == Story.open())
        #expect(try story.questions(at: 1) == [])
    }

    @Test("An interface loses its carrier and gets it back; goes, and comes back with another number and address")
    func interface() throws {
        let story = try Story()
        story.network.set(.answered(Story.mac, isFresh: true), at: Story.place)
        #expect(try story.way() == Story.open())
        story.network.set("eth1", 2, isRunning: false)
        #expect(try story.way() == .unresolved(Story.eth1))
        #expect(story.facts.interfaces[Story.eth1]?.isRunning == false)
        #expect(try story.questions(at: 50) == [], "there is nobody to ask")
        // Back, and somebody else has asked before us: the kernel does not tell that twice.
        story.network.lose { $0.set(.answered(Story.other, isFresh: true), at: Story.place) }
        story.network.set("eth1", 2)
        #expect(try story.way() == Story.open(Story.other))
        story.network.remove("eth1")
        story.network.routes[Story.b] = HostRoute.none
        #expect(try story.way() == .unreachable)
        #expect(story.facts.interfaces[Story.eth1] == nil)
        #expect(story.facts.ownAddresses == [:])
        story.network.set("eth1", 7, mac: "02:00:00:00:00:07")
        story.network.set(address: .v4(0x0a01_0001), at: 7)
        story.network.set(route: .over(interface: 7, gateway: nil), to: Story.b)
        #expect(try story.way() == .unresolved(Story.eth1))
        #expect(try story.questions(at: 60) == [NeighbourPlace(interface: 7, address: Story.b)])
        story.network.set(.answered(Story.mac, isFresh: true), at: NeighbourPlace(interface: 7, address: Story.b))
        #expect(try story.way() == Story.open(Story.mac, 7, source: try MACAddress("02:00:00:00:00:07")))
        #expect(story.facts.ownAddresses == [.v4(0x0a01_0001): Story.eth1])
    }

    @Test("That IPv4 routes end with their interface is not told: they are looked up")
    func silentRoutes() throws {
        let story = try Story()
        story.network.set(.answered(Story.mac, isFresh: true), at: Story.place)
        try story.settle()
        story.network.routes[Story.b] = HostRoute.none
        story.network.set("eth1", 2, isRunning: false)
        #expect(try story.way() == .unreachable)
        story.network.routes[Story.b] = .over(interface: 2, gateway: nil)
        story.network.set("eth1", 2)
        #expect(try story.way() == .unresolved(Story.eth1))
    }

    @Test("A new hardware address of the host's own interface, and a new name")
    func ownAddress() throws {
        let story = try Story()
        story.network.set(.answered(Story.mac, isFresh: true), at: Story.place)
        try story.settle()
        story.network.set("eth1", 2, mac: "02:00:00:00:00:99")
        #expect(try story.settle().interfaces == [Story.eth1])
        #expect(try story.way() == Story.open(source: try MACAddress("02:00:00:00:00:99")))
        let lan = try InterfaceName("lan")
        story.network.set("lan", 2, mac: "02:00:00:00:00:99")
        #expect(try story.settle().interfaces == [Story.eth1, lan])
        #expect(Set(story.facts.interfaces.keys) == [lan])
        #expect(story.facts.ownAddresses == [.v4(0x0a01_0001): lan])
    }

    @Test("Behind a gateway it is the gateway that answers; two destinations share it")
    func gateway() throws {
        let second = IPAddress.v4(0xc633_6402)
        let story = try Story([Story.far, second])
        story.network.routes[second] = .over(interface: 2, gateway: Story.gateway)
        let place = NeighbourPlace(interface: 2, address: Story.gateway)
        #expect(try story.way(to: Story.far) == .unresolved(Story.eth1))
        #expect(try story.questions(at: 1) == [place])
        story.network.set(.answered(Story.mac, isFresh: true), at: place)
        #expect(try story.settle().ways == [Story.far, second])
        #expect(try story.way(to: Story.far) == Story.open())
        // One of them gets another route.
        story.network.set(route: .local, to: second)
        #expect(try story.settle().ways == [second])
        #expect(try story.way(to: second) == .unreachable)
    }

    @Test("Interfaces without hardware addresses are no way for frames")
    func tunnel() throws {
        let story = try Story()
        story.network.set("tun0", 5, mac: nil)
        story.network.set(route: .over(interface: 5, gateway: nil), to: Story.b)
        #expect(try story.way() == .unreachable)
    }

    @Test("News of others cost nothing: not a look-up, not a change")
    func others() throws {
        let story = try Story()
        try story.settle()
        story.network.forgetHistory()
        story.network.set(.answered(Story.other, isFresh: true), at: NeighbourPlace(interface: 2, address: .v4(1)))
        story.network.set(route: .local, to: .v4(77))
        story.network.set("veth7", 70)
        story.network.set("veth7", 70, isRunning: false)
        story.network.remove("veth7")
        #expect(try story.settle().isEmpty)
        #expect(story.network.lookUps == 0)
    }

    @Test("Something was lost: all is read again")
    func lost() throws {
        let story = try Story()
        story.network.set("eth2", 3)
        story.network.set(.answered(Story.mac, isFresh: true), at: Story.place)
        try story.settle()
        story.network.lose {
            $0.set(.answered(Story.other, isFresh: true), at: Story.place)
            $0.remove("eth2")
            $0.set("eth3", 4)
            $0.set(address: .v4(5), at: 4)
            $0.set(forwarding: .ipv6, false)
        }
        #expect(
            try story.settle()
                == FactChanges(
                    interfaces: [try InterfaceName("eth2"), try InterfaceName("eth3")], addresses: [.v4(5)],
                    ways: [Story.b], forwarding: [.ipv6]))
        #expect(try story.way() == Story.open(Story.other))
    }

    @Test("Forwarding: of IPv4 each interface's own setting counts, of IPv6 that for all")
    func forwarding() throws {
        var view = NetworkView()
        for family in AddressFamily.allCases {
            view.apply(.forwarding(family, .all, false))
            view.apply(.forwarding(family, .interface(2), true))
        }
        #expect(view.facts.forwarding == [.ipv4: true, .ipv6: false])
        view.apply(.forwarding(.ipv4, .interface(2), false))
        #expect(view.facts.forwarding[.ipv4] == false)
        view.apply(.forwarding(.ipv6, .all, true))
        #expect(view.facts.forwarding[.ipv6] == true)
    }

    @Test("Not everybody is asked at once")
    func portions() throws {
        let destinations = (0..<600).map { IPAddress.v4(0x0a01_1000 + UInt32($0)) }
        let story = try Story(destinations)
        for address in destinations { story.network.routes[address] = .over(interface: 2, gateway: nil) }
        try story.settle()
        let rounds = try (1...4).map { try story.questions(at: $0) }
        #expect(rounds.map(\.count) == [256, 256, 88, 0])
        #expect(Set(rounds.joined()).count == 600)
    }
}
