// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Glibc
import Namespaces
import Netlink
import Testing

/// Two ends of a wire, `near` with what is under test.
private struct Wire {
    let near: NetworkNamespace
    let far: NetworkNamespace
    let questions: NetworkQuestions
    let events: NetworkEvents

    static let neighbour = NetworkAddress(ipv4: 0x0a4d_0002)
    static let neighbour6 = NetworkAddress(high: 0xfd77_0000_0000_0000, low: 2)

    init(following subjects: NetworkSubjects) throws {
        near = try NetworkNamespace()
        far = try NetworkNamespace()
        let other = far.path
        (questions, events) = try near.inside { [near] in
            let events = try NetworkEvents()
            try events.follow(subjects)
            _ = near
            return (try NetworkQuestions(), events)
        }
        try ip("link add e0 address 02:00:00:00:00:01 type veth peer name e1 netns \(other)")
        try ip("address add 10.77.0.1/24 dev e0")
        try ip("address add fd77::1/64 dev e0 nodad")
        try ip("link set e0 up")
        try distant("link set e1 address 02:00:00:00:00:02")
        try distant("address add 10.77.0.2/24 dev e1")
        try distant("address add fd77::2/64 dev e1 nodad")
        try distant("link set e1 up")
    }

    func ip(_ words: String) throws { try Self.ip(words, in: near) }
    func distant(_ words: String) throws { try Self.ip(words, in: far) }

    private static func ip(_ words: String, in namespace: NetworkNamespace) throws {
        _ = try namespace.inside {
            try Command.succeed(["ip"] + words.split(separator: " ").map(String.init))
        }
    }

    func told() throws -> [NetworkEvent] {
        var all: [NetworkEvent] = []
        try events.read(datagrams: 1000) { all.append($0) }
        return all
    }

    /// Waits until something is told.
    func wait(_ wanted: (NetworkEvent) -> Bool) throws -> Bool {
        for _ in 0..<800 {
            if try told().contains(where: wanted) { return true }
            usleep(10_000)
        }
        return false
    }

    func link() throws -> NetworkLink {
        var found: NetworkLink?
        try questions.read(.links) { if case .link(let link) = $0, link.name == "e0" { found = link } }
        return try #require(found)
    }
}

@Suite("The network of the real kernel", .enabled(if: NetworkNamespace.isAvailable))
struct NetworkTests {
    private static let near: [UInt8] = [2, 0, 0, 0, 0, 1]
    private static let far: [UInt8] = [2, 0, 0, 0, 0, 2]

    @Test("What is asked for is what was told: interfaces, addresses, forwarding")
    func subjects() throws {
        let wire = try Wire(following: [.links, .addresses, .forwarding])
        var told: Set<NetworkEvent> = []
        // That there is a carrier is told a moment later.
        for _ in 0..<500 where !told.contains(where: { if case .link(let link) = $0 { link.isRunning } else { false } })
        {
            usleep(10_000)
            told.formUnion(try wire.told())
        }
        let link = try wire.link()
        #expect(link == NetworkLink(index: link.index, name: "e0", hardwareAddress: Self.near, isRunning: true))
        var asked: Set<NetworkEvent> = []
        try wire.questions.read([.links, .addresses, .forwarding]) { asked.insert($0) }
        for event in [
            NetworkEvent.link(link),
            .address(NetworkLinkAddress(link: link.index, address: NetworkAddress(ipv4: 0x0a4d_0001))),
            .address(NetworkLinkAddress(link: link.index, address: NetworkAddress(high: 0xfd77 << 48, low: 1))),
            .forwarding(Forwarding(isIPv6: false, scope: .link(link.index), isOn: false)),
        ] {
            #expect(told.contains(event), "told: \(event)")
            #expect(asked.contains(event), "asked: \(event)")
        }
        for isIPv6 in [false, true] {
            #expect(asked.contains(.forwarding(Forwarding(isIPv6: isIPv6, scope: .all, isOn: false))))
        }
        try wire.near.inside {
            try NetworkNamespace.sysctl("net.ipv4.ip_forward", "1")
            try NetworkNamespace.sysctl("net.ipv6.conf.all.forwarding", "1")
        }
        let on = try wire.told()
        for isIPv6 in [false, true] {
            #expect(on.contains(.forwarding(Forwarding(isIPv6: isIPv6, scope: .all, isOn: true))))
            #expect(on.contains(.forwarding(Forwarding(isIPv6: isIPv6, scope: .link(link.index), isOn: true))))
        }
        try wire.ip("link set e0 down")
        #expect(try wire.told().contains { if case .link(let now) = $0 { !now.isRunning } else { false } })
        try wire.ip("link del e0")
        let gone = try wire.told()
        #expect(gone.contains(.linkGone(link.index)))
        #expect(
            gone.contains(
                .addressGone(NetworkLinkAddress(link: link.index, address: NetworkAddress(ipv4: 0x0a4d_0001)))))
    }

    @Test("Only what is followed is told, from when it is followed")
    func groups() throws {
        let wire = try Wire(following: [])
        #expect(try wire.told() == [])
        try wire.events.follow([.addresses])
        try wire.ip("address add 10.77.0.9/24 dev e0")
        try wire.ip("link set e0 down")
        let told = try wire.told()
        #expect(!told.isEmpty)
        #expect(
            told.allSatisfy { if case .address = $0 { true } else if case .addressGone = $0 { true } else { false } })
        try wire.events.follow([])
        try wire.ip("address add 10.77.0.10/24 dev e0")
        #expect(try wire.told() == [])
    }

    @Test("A port that leaves a bridge is not an interface that is gone")
    func bridges() throws {
        let wire = try Wire(following: [.links])
        try wire.ip("link add br0 type bridge")
        try wire.ip("link set e0 master br0")
        _ = try wire.told()
        try wire.ip("link set e0 nomaster")
        let told = try wire.told()
        #expect(!told.isEmpty)
        #expect(!told.contains { if case .linkGone = $0 { true } else { false } })
    }

    @Test(
        "Routes: direct, over gateways of both families, local, and all the ways that lead nowhere",
        arguments: [
            ("10.77.0.2", "direct"), ("192.0.2.1", "gateway"), ("192.0.3.1", "gateway6"), ("10.77.0.1", "local"),
            ("127.0.0.5", "local"), ("198.18.0.1", "none"), ("198.18.1.1", "none"), ("198.18.2.1", "none"),
            ("203.0.113.1", "none"), ("224.0.0.1", "none"), ("10.77.0.255", "none"),
        ])
    func routes(destination: String, kind: String) throws {
        let wire = try Wire(following: [])
        try wire.ip("route add 192.0.2.0/24 via 10.77.0.2")
        try wire.ip("route add 192.0.3.0/24 via inet6 fd77::2 dev e0")
        try wire.ip("route add blackhole 198.18.0.0/24")
        try wire.ip("route add unreachable 198.18.1.0/24")
        try wire.ip("route add prohibit 198.18.2.0/24")
        let link = try wire.link().index
        let number = destination.split(separator: ".").reduce(UInt32(0)) { $0 << 8 | UInt32($1)! }
        let expected: NetworkRoute =
            switch kind {
            case "direct": .over(link: link, gateway: nil)
            case "gateway": .over(link: link, gateway: Wire.neighbour)
            case "gateway6": .over(link: link, gateway: Wire.neighbour6)
            case "local": .local
            default: .none
            }
        #expect(try wire.questions.route(to: NetworkAddress(ipv4: number)) == expected)
    }

    @Test("Routes of IPv6, and what is told when they change")
    func routes6() throws {
        let wire = try Wire(following: [.routes])
        let link = try wire.link().index
        let away = NetworkAddress(high: 0x2001_0db8 << 32, low: 1)
        #expect(try wire.questions.route(to: away) == .none)
        #expect(try wire.questions.route(to: Wire.neighbour6) == .over(link: link, gateway: nil))
        _ = try wire.told()
        try wire.ip("route add 2001:db8::/32 via fd77::2")
        let prefix = RoutePrefix(address: NetworkAddress(high: 0x2001_0db8 << 32, low: 0), length: 32)
        #expect(try wire.told().contains(.routes(prefix)))
        #expect(try wire.questions.route(to: away) == .over(link: link, gateway: Wire.neighbour6))
        try wire.ip("route add default via 10.77.0.2")
        #expect(try wire.told().contains(.routes(RoutePrefix(address: NetworkAddress(ipv4: 0), length: 0))))
        try wire.ip("rule add to 192.0.2.0/24 blackhole")
        #expect(try wire.told().contains(.rules))
        // The routes of an interface go with it.
        try wire.ip("link set e0 down")
        #expect(try wire.questions.route(to: Wire.neighbour) == .none)
    }

    @Test(
        "A neighbour is asked, answers, changes its address, is forgotten with the carrier", arguments: [false, true])
    func neighbours(isIPv6: Bool) throws {
        let wire = try Wire(following: [.neighbours])
        let address = isIPv6 ? Wire.neighbour6 : Wire.neighbour
        let link = try wire.link().index
        #expect(try wire.questions.neighbour(address, on: link) == nil)
        try wire.questions.probe(address, on: link)
        func isValid(_ event: NetworkEvent, _ hardware: [UInt8]) -> Bool {
            guard case .neighbour(let neighbour) = event, neighbour.address == address, neighbour.link == link,
                case .valid = neighbour.state
            else { return false }
            return neighbour.hardwareAddress == hardware
        }
        #expect(try wire.wait { isValid($0, Self.far) })
        #expect(
            try wire.questions.neighbour(address, on: link)
                == Neighbour(link: link, address: address, state: .valid(isFresh: true), hardwareAddress: Self.far))
        // It asks for us with its new address, and so we know.
        try wire.distant("link set e1 address 02:00:00:00:00:77")
        try wire.distant("neigh flush all")
        _ = try wire.far.inside { try Command.run(["ping", "-c1", "-W1", isIPv6 ? "fd77::1" : "10.77.0.1"]) }
        #expect(try wire.wait { isValid($0, [2, 0, 0, 0, 0, 0x77]) })
        try wire.distant("link set e1 down")
        #expect(
            try wire.wait { event in
                if case .neighbourGone(let gone) = event { gone.address == address && gone.link == link } else { false }
            })
        #expect(try wire.questions.neighbour(address, on: link) == nil)
    }

    @Test("One that does not answer has failed, and may be asked again")
    func failure() throws {
        let wire = try Wire(following: [.neighbours])
        let nobody = NetworkAddress(ipv4: 0x0a4d_0063)
        let link = try wire.link().index
        for _ in 0..<2 {
            try wire.questions.probe(nobody, on: link)
            #expect(try wire.questions.neighbour(nobody, on: link)?.state == .incomplete)
            let failed = NetworkEvent.neighbour(
                Neighbour(link: link, address: nobody, state: .failed, hardwareAddress: []))
            #expect(try wire.wait { $0 == failed })
        }
    }

    @Test("One that somebody wrote down stays as it is")
    func fixed() throws {
        let wire = try Wire(following: [])
        let link = try wire.link().index
        let nobody = NetworkAddress(ipv4: 0x0a4d_0063)
        let written = Neighbour(link: link, address: nobody, state: .fixed, hardwareAddress: [2, 0, 0, 0, 0, 9])
        try wire.ip("neigh add 10.77.0.99 lladdr 02:00:00:00:00:09 nud permanent dev e0")
        try wire.questions.probe(nobody, on: link)
        #expect(try wire.questions.neighbour(nobody, on: link) == written)
    }

    @Test("On an interface that is down, or gone, nobody is known")
    func noInterface() throws {
        let wire = try Wire(following: [])
        let link = try wire.link().index
        try wire.ip("link set e0 down")
        try wire.questions.probe(Wire.neighbour, on: link)
        try wire.ip("link del e0")
        try wire.questions.probe(Wire.neighbour, on: link)
        #expect(try wire.questions.neighbour(Wire.neighbour, on: link) == nil)
    }

    @Test("What did not fit is said to be lost")
    func lost() throws {
        let wire = try Wire(following: [.addresses])
        _ = try wire.told()
        // 16 MiB (twice what was asked for) are some 20,000 datagrams of one address each.
        let lines = (0..<50_000).map { index in
            "address \(index % 2 == 0 ? "add" : "del") 10.78.0.1/32 dev e0"
        }
        _ = try wire.near.inside {
            try Command.succeed(["ip", "-batch", "/proc/self/fd/3"], file: lines.joined(separator: "\n") + "\n")
        }
        var isLost = false
        while true {
            let part = try wire.told()
            if part.isEmpty { break }
            isLost = isLost || part.contains(.lost)
        }
        #expect(isLost)
        // And it goes on.
        try wire.ip("address add 10.77.0.9/24 dev e0")
        #expect(try !wire.told().isEmpty)
    }
}
