// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerEngine
import BalancerModel
import EngineSupport
import JSON
import Nftables
import PacketTracer
import Testing

@Suite("Flows are explained")
struct ExplanationTests {
    static func port(_ number: Int) -> Port { try! Port(number) }

    static func flow(
        _ source: UInt32, _ sourcePort: Int, to destination: UInt32, _ port: Int, _ transport: ServiceTransport
    )
        -> Flow
    {
        Flow(
            transport: transport, source: .v4(source), sourcePort: Self.port(sourcePort), destination: .v4(destination),
            destinationPort: Self.port(port))
    }

    /// A farm of random shape at an address of its own, of which some are guarded, off, or without backends.
    static func farm(_ index: Int, _ random: inout SeededGenerator) -> JSONValue {
        let backends = (0..<Int.random(in: 0...5, using: &random)).map { backend -> JSONValue in
            let states = ["up", "up", "up", "off", "down"]
            let state = states[Int.random(in: 0..<5, using: &random)]
            let weight = JSONValue.integer(Int.random(in: 1...7, using: &random))
            return [
                "name": .string("b\(backend)"), "ip-addr": .string("10.1.\(index).\(backend + 1)"),
                "port": .integer(backend % 2 == 0 ? 8080 : 0).port, "weight": weight, "state": .string(state),
                "priority": .integer(backend < 4 ? 1 : 2),
            ]
        }
        let scheduler = ["rr", "weight", "hash", "maglev", "symhash"][index % 5]
        let ports: [JSONValue] = [[80], [80, 443], ["1000-1100"], []][Int.random(in: 0..<4, using: &random)]
        let parameters: [JSONValue] = [["srcip"], ["srcport", "dstport"], ["srcip", "srcport"], ["srcip", "srcmac"]]
        let mode = ["snat", "dnat", "snat", "local"][Int.random(in: 0..<4, using: &random)]
        var farm: JSONObject = [
            "name": .string("f\(index)"), "scheduler": .string(scheduler), "mode": .string(mode),
            "addresses": [
                ["name": "a", "ip-addr": .string("192.0.2.\(index)"), "ports": .array(ports), "protocol": "tcp"],
                ["name": "b", "ip-addr": .string("192.0.2.\(index)"), "ports": [53], "protocol": "udp"],
            ],
            "backends": .array(backends), "state": index % 9 == 8 ? "off" : "up",
        ]
        if ["hash", "maglev"].contains(scheduler) {
            farm.append("sched-param", parameters[Int.random(in: 0..<4, using: &random)])
        }
        if index % 3 == 0 { farm.append("policies", [["name": "spam"]]) }
        if index % 4 == 0, mode != "local" {
            farm.append("persistence", ["srcip"])
            if !backends.isEmpty { farm.append("sessions", [["client": "10.0.0.3", "backend": "b0"]]) }
        }
        return .object(farm)
    }

    @Test("What is said is what the rules do: 2,000 random flows through 40 random farms")
    func rules() throws {
        var random = SeededGenerator(seed: 7)
        let bench = EngineBench()
        let farms = (1...40).map { Self.farm($0, &random) }
        let policies: JSONValue = [["name": "spam", "elements": [["data": "10.0.0.7"], ["data": "10.0.0.16/28"]]]]
        let result = bench.apply(["farms": .array(farms), "policies": policies])
        #expect(result.isSuccess, "\(result)")
        let tracer = PacketTracer(bench.kernel.ruleset)
        var seen: [FlowExplanation.Verdict: Int] = [:]
        var certain = 0
        for _ in 0..<2000 {
            let flow = Self.flow(
                0x0a00_0000 + UInt32.random(in: 1...40, using: &random), .random(in: 1...65535, using: &random),
                to: 0xc000_0200 + UInt32.random(in: 1...42, using: &random),
                [80, 443, 1050, 53, 9].randomElement(using: &random)!, [.tcp, .udp].randomElement(using: &random)!)
            let said = try bench.engine.explain(flow, isLive: false)
            seen[said.verdict, default: 0] += 1
            let traced = tracer.trace(Packet(flow))
            switch said.verdict {
            case .dropped: #expect(traced.allSatisfy { $0.outcome.isDropped }, "\(flow)")
            case .untouched, .unserved, .local, .elsewhere:
                #expect(traced.allSatisfy { !$0.outcome.isDropped && $0.outcome.address == nil }, "\(flow) \(said)")
                #expect((said.verdict == .untouched) == (said.farm == nil))
            case .balanced:
                #expect(abs(said.distribution.reduce(0) { $0 + $1.share } - 1) < 1e-6, "\(said)")
                guard let translation = said.translation else {
                    // Where the tracer takes every slot for as likely, and so does what is said.
                    #expect(traced.count == said.distribution.count, "\(said)")
                    for (one, other) in zip(traced, said.distribution) {
                        #expect(abs(one.share - other.share) < 1e-6, "\(said) \(traced)")
                    }
                    continue
                }
                certain += 1
                let match = try #require(
                    traced.first { $0.outcome.address == translation.destination.bytes }, "\(flow) \(said)")
                #expect(match.outcome.port ?? flow.destinationPort.number == translation.port)
                switch match.outcome.source {
                case .own: #expect(translation.source == flow.source)
                case .masqueraded: #expect(translation.source == nil)
                case .address(let bytes): #expect(translation.source?.bytes == bytes)
                }
            }
        }
        // Without a cluster nothing is another node's.
        for verdict in FlowExplanation.Verdict.allCases where verdict != .elsewhere {
            #expect(seen[verdict, default: 0] > 10, "\(seen)")
        }
        #expect(certain > 100, "\(certain)")
    }

    @Test("The most exact service wins, and why nobody takes it is said")
    func services() throws {
        let bench = EngineBench()
        bench.apply([
            "farms": [
                ["name": "all", "addresses": [["name": "a", "ip-addr": "192.0.2.1", "protocol": "all"]]],
                ["name": "range", "addresses": [["name": "a", "ip-addr": "192.0.2.1", "ports": ["100-400"]]]],
                ["name": "one", "addresses": [["name": "a", "ip-addr": "192.0.2.1", "ports": [200]]]],
                ["name": "away", "state": "off", "addresses": [["name": "a", "ip-addr": "192.0.2.9", "ports": [1]]]],
            ]
        ])
        func farm(_ port: Int, _ transport: ServiceTransport = .tcp) throws -> String? {
            try bench.engine.explain(Self.flow(1, 1, to: 0xc000_0201, port, transport), isLive: false).farm?.text
        }
        #expect(try farm(200) == "one")
        #expect(try farm(201) == "range")
        #expect(try farm(99) == "all")
        #expect(try farm(200, .udp) == "all")
        let away = try bench.engine.explain(Self.flow(1, 1, to: 0xc000_0209, 1, .tcp), isLive: false)
        #expect(away.verdict == .untouched && away.reasons.last == "the farm away would take it and is off")
    }

    @Test("A connection that the kernel knows is told beside what a new one would get")
    func live() throws {
        let bench = ReviewTests.bench()
        let flow = Flow(
            transport: .udp, source: .v4(0x0a09_0102), sourcePort: Self.port(4000), destination: .v4(0xc000_0201),
            destinationPort: Self.port(80))
        #expect(try bench.engine.explain(flow, isLive: true).connection == nil)
        bench.connections.connections = [ReviewTests.connection(bench.marks[1], id: 9, replied: true)]
        let said = try bench.engine.explain(flow, isLive: true)
        #expect(said.connection?.id == 9 && said.connectionBackend?.text == "b1")
        #expect(try bench.engine.explain(flow, isLive: false).connection == nil)
    }
}

extension JSONValue {
    /// A port; 0 is none.
    fileprivate var port: JSONValue { self == .integer(0) ? .null : self }
}

extension Packet {
    init(_ flow: Flow) {
        self.init(
            source: flow.source.bytes, sourcePort: flow.sourcePort.number, destination: flow.destination.bytes,
            destinationPort: flow.destinationPort.number, transport: flow.transport.number)
    }
}
