// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import EngineSupport
import JSON
import Testing

@testable import BalancerEngine

@Suite("Which connections must be judged again")
struct JudgementTests {
    /// A backend of these tests; its address is 10, network, and two bytes of its number.
    struct Backend {
        var number: UInt32
        /// Nil: whatever was asked for.
        var port: Int? = 8080
        var state = "up"
        var network: UInt32 = 0
        /// Of whose address it is, if not of its number's.
        var host: UInt32?
        var priority = 1

        var address: String {
            let host = host ?? number
            return "10.\(network).\(host >> 8 & 0xff).\(host & 0xff)"
        }
    }

    /// A farm of some backends on UDP ports of 192.0.2.1.
    static func farm(
        _ backends: Backend..., mode: String = "snat", state: String = "up", ports: [UInt16] = [80]
    ) throws -> CompiledFarm {
        try farm(backends, mode: mode, state: state, ports: ports)
    }

    static func farm(
        _ backends: [Backend], mode: String = "snat", state: String = "up", ports: [UInt16] = [80],
        number: UInt16 = 1, address: String? = "192.0.2.1"
    ) throws -> CompiledFarm {
        let members = backends.map { backend in
            """
            {"name": "b\(backend.number)", "ip-addr": "\(backend.address)", "priority": \(backend.priority),
             \(backend.port.map { "\"port\": \($0)," } ?? "") "state": "\(backend.state)"}
            """
        }
        let place = address.map { "\"ip-addr\": \"\($0)\"" } ?? "\"family\": \"ipv4\""
        let document = """
            {"farms": [{"name": "web", "mode": "\(mode)", "state": "\(state)", "backends": [\(members.joined(separator: ","))],
             "addresses": [{"name": "a", \(place), "ports": \(ports), "protocol": "udp"}]}]}
            """
        let configuration = try Configuration(json: JSONValue(parsing: Array(document.utf8)))
        let numbered = NumberedFarm(
            farm: configuration.farms.first { _ in true }!, number: number, backendNumbers: backends.map(\.number))
        var skeleton = Skeleton(owner: "")
        skeleton.require(needs(of: numbered))
        return compile(numbered, shapes: skeleton.shapes)
    }

    static func judgement(from old: CompiledFarm?, to new: CompiledFarm?) -> Judgement {
        var judgement = Judgement()
        judgement.add(from: old?.ip, to: new?.ip)
        return judgement
    }

    static let udp: UInt8 = 17
    static let tcp: UInt8 = 6

    /// A connection to 192.0.2.1 that a backend answers, or nobody.
    static func connection(
        _ number: UInt32, port: UInt16 = 80, backendPort: UInt16 = 8080, transport: UInt8 = udp,
        replied: Bool = false, flags: UInt32 = BackendMark.masquerade
    ) -> TrackedConnection {
        TrackedConnection(
            transport: transport, source: .v4(0x0a09_0102), destination: .v4(0xc000_0201),
            selector: .ports(source: 4000, destination: port),
            answering: number == 0 ? .v4(0xc000_0201) : .v4(0x0a00_0000 + number),
            answeringPort: number == 0 ? port : backendPort, mark: number == 0 ? 0 : number | flags,
            isReplied: replied, isTranslated: number != 0)
    }

    @Test("a backend that goes down, away, to another port or to another address", arguments: 0..<4)
    func lost(_ index: Int) throws {
        let before = try Self.farm(Backend(number: 1), Backend(number: 2))
        let after = [
            try Self.farm(Backend(number: 1, state: "down"), Backend(number: 2)), try Self.farm(Backend(number: 2)),
            try Self.farm(Backend(number: 1, port: 9090), Backend(number: 2)),
            try Self.farm(Backend(number: 1, network: 5), Backend(number: 2)),
        ][index]
        let judgement = Self.judgement(from: before, to: after)
        #expect(judgement.isStale(Self.connection(1)))
        #expect(judgement.isStale(Self.connection(1, replied: true)))
        #expect(judgement.isStale(Self.connection(1, flags: 0)))
        #expect(judgement.isStale(Self.connection(1, transport: Self.tcp)))
        #expect(!judgement.isStale(Self.connection(1, transport: Self.tcp, replied: true)))
        #expect(!judgement.isStale(Self.connection(2)))
        #expect(!judgement.isStale(Self.connection(0)))
        #expect(judgement.filter(.ipv4).mark == .init(value: 1, mask: BackendMark.number))
        #expect(!judgement.filter(.ipv4).isUnrepliedOnly)
    }

    @Test("new connections to the place where a backend went stay")
    func moved() throws {
        let judgement = Self.judgement(
            from: try Self.farm(Backend(number: 1)), to: try Self.farm(Backend(number: 1, port: 8081)))
        #expect(judgement.isStale(Self.connection(1, backendPort: 8080)))
        #expect(!judgement.isStale(Self.connection(1, backendPort: 8081)))
    }

    @Test("off, another mark, a farm that is down: nobody is lost")
    func nothingLost() throws {
        let before = try Self.farm(Backend(number: 1), Backend(number: 2))
        for after in [
            try Self.farm(Backend(number: 1, state: "off"), Backend(number: 2)),
            try Self.farm(Backend(number: 1), Backend(number: 2), mode: "dnat"),
            try Self.farm(Backend(number: 1), Backend(number: 2), state: "down"),
            try Self.farm(Backend(number: 1, state: "off"), Backend(number: 2, state: "off"), state: "off"),
        ] {
            #expect(Self.judgement(from: before, to: after).isEmpty)
        }
    }

    @Test("another number for the same place: who is there stays there")
    func renumbered() throws {
        let judgement = Self.judgement(
            from: try Self.farm(Backend(number: 1), Backend(number: 2)),
            to: try Self.farm(Backend(number: 9, host: 1), Backend(number: 2)))
        #expect(judgement.isEmpty)
        var whole = WholeJudgement()
        whole.add(try Self.farm(Backend(number: 9, host: 1), Backend(number: 2)).ip!)
        #expect(!whole.isStale(Self.connection(1)))
        #expect(whole.isStale(Self.connection(3)))
    }

    @Test("down and up again before anybody looked: what is where it should be stays")
    func flapping() throws {
        let up = try Self.farm(Backend(number: 1), Backend(number: 2))
        let down = try Self.farm(Backend(number: 1, state: "down"), Backend(number: 2))
        var judgement = Judgement()
        judgement.add(from: up.ip, to: down.ip)
        judgement.add(from: down.ip, to: up.ip)
        #expect(!judgement.isStale(Self.connection(1)))
        judgement.add(from: up.ip, to: try Self.farm(Backend(number: 1, port: 9090), Backend(number: 2)).ip)
        #expect(judgement.isStale(Self.connection(1)))
        #expect(!judgement.isStale(Self.connection(1, backendPort: 9090)))
    }

    @Test("a farm that gets its first backend, comes up or is new serves whom nobody served")
    func served() throws {
        let up = try Self.farm(Backend(number: 1))
        for before in [
            nil, try Self.farm(Backend(number: 1, state: "down")), try Self.farm(Backend(number: 1, state: "off")),
            try Self.farm(Backend(number: 1), state: "down"), try Self.farm([]),
        ] {
            let judgement = Self.judgement(from: before, to: up)
            #expect(judgement.isStale(Self.connection(0)))
            #expect(!judgement.isStale(Self.connection(0, port: 81)))
            #expect(!judgement.isStale(Self.connection(0, transport: Self.tcp)))
            #expect(!judgement.isStale(Self.connection(0, replied: true)))
            var marked = Self.connection(0)
            marked.mark = 77
            #expect(!judgement.isStale(marked))
            var translated = Self.connection(0)
            translated.isTranslated = true
            #expect(!judgement.isStale(translated))
            #expect(
                judgement.filter(.ipv4)
                    == ConnectionFilter(
                        family: .ipv4, mark: .init(value: 0, mask: .max), isUnrepliedOnly: true))
        }
        #expect(Self.judgement(from: up, to: try Self.farm(Backend(number: 1), Backend(number: 2))).isEmpty)
        #expect(Self.judgement(from: nil, to: try Self.farm(Backend(number: 1, state: "down"))).isEmpty)
    }

    @Test("a new address of a farm that is served")
    func newAddress() throws {
        let judgement = Self.judgement(
            from: try Self.farm(Backend(number: 1)), to: try Self.farm(Backend(number: 1), ports: [80, 443]))
        #expect(!judgement.isStale(Self.connection(0)))
        #expect(judgement.isStale(Self.connection(0, port: 443)))
    }

    @Test("the kernel's filter lets all through that is looked for", arguments: 0..<50)
    func filter(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var judgement = Judgement()
        let numbers = Set((0...seed % 4).map { _ in UInt32.random(in: 1...60_000, using: &random) })
        judgement.add(from: try Self.farm(numbers.map { Backend(number: $0) }).ip, to: nil)
        let isAlsoServed = Bool.random(using: &random)
        if isAlsoServed { judgement.add(from: nil, to: try Self.farm(Backend(number: 60_001)).ip) }
        let filter = judgement.filter(.ipv4)
        for number in numbers { #expect(filter.match(Self.connection(number, replied: true))) }
        if isAlsoServed { #expect(filter.match(Self.connection(0))) }
    }

    @Test("addresses of all kinds are found")
    func addresses() {
        var addresses = ServedAddresses()
        #expect(addresses.isEmpty)
        addresses.insert(address: .v4(1), transport: 17, ports: 53...53)
        addresses.insert(address: .v4(2), transport: 17, ports: 8000...8999)
        addresses.insert(address: .v4(3), transport: 6, ports: nil)
        addresses.insert(address: .v4(4), transport: nil, ports: nil)
        addresses.insert(address: nil, transport: 17, ports: 123...123)
        addresses.insert(address: nil, transport: 6, ports: 9000...9001)
        #expect(!addresses.isEmpty)
        func contains(_ address: UInt32, _ transport: UInt8, _ port: UInt16, sourceTranslated: Bool = false) -> Bool {
            var connection = Self.connection(0, port: port, transport: transport)
            connection.destination = .v4(address)
            connection.isSourceTranslated = sourceTranslated
            return addresses.contains(connection)
        }
        #expect(contains(1, 17, 53) && !contains(1, 6, 53) && !contains(1, 17, 54))
        #expect(contains(2, 17, 8000) && contains(2, 17, 8999) && !contains(2, 17, 9000) && !contains(2, 6, 8000))
        #expect(contains(3, 6, 1) && !contains(3, 17, 1))
        #expect(contains(4, 6, 1) && contains(4, 47, 0))
        #expect(contains(99, 17, 123) && !contains(99, 17, 123, sourceTranslated: true))
        #expect(contains(1, 17, 53, sourceTranslated: true))
        #expect(contains(99, 6, 9001) && !contains(99, 6, 9002))
    }

    @Test("of a start: what fits no farm, as far as it went to an address of ours")
    func whole() throws {
        var judgement = WholeJudgement()
        #expect(judgement.isEmpty)
        judgement.add(
            try Self.farm(Backend(number: 1), Backend(number: 2, state: "down"), Backend(number: 3, state: "off")).ip!)
        #expect(!judgement.isEmpty)
        #expect(!judgement.isStale(Self.connection(1)))
        #expect(judgement.isStale(Self.connection(2)))
        #expect(!judgement.isStale(Self.connection(3)))
        #expect(judgement.isStale(Self.connection(4)))
        #expect(judgement.isStale(Self.connection(1, backendPort: 9090)))
        #expect(judgement.isStale(Self.connection(0)))
        #expect(!judgement.isStale(Self.connection(4, port: 81)))
        #expect(!judgement.isStale(Self.connection(4, transport: Self.tcp, replied: true)))
        var foreign = Self.connection(4)
        foreign.isTranslated = false
        #expect(!judgement.isStale(foreign))
    }
}
