// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Foundation
import Nftables
import PacketTracer
import Testing

/// A configuration in a kernel of values; farms and backends are numbered in their order.
struct Story {
    let world: World
    private let farms: [NumberedFarm]
    private var names: [UInt32: String] = [:]

    init(_ configuration: Configuration) throws {
        var farms: [NumberedFarm] = []
        var last: UInt32 = 0
        for farm in configuration.farms {
            let numbers = farm.backends.map { backend -> UInt32 in
                if let given = farm.givenMark(of: backend) { return given }
                last += 1
                return last | farm.mark.value
            }
            farms.append(NumberedFarm(farm: farm, number: UInt16(farms.count + 1), backendNumbers: numbers))
            for (number, backend) in zip(numbers, farm.backends) { names[number] = backend.name.text }
        }
        self.farms = farms
        world = try World(farms)
    }

    /// What becomes of a packet:
    ///
    ///     CLIENT:PORT > ADDRESS:PORT tcp|udp|sctp|icmp
    ///         [local] [from-balancer] [marked MARK] [known BACKEND] [later BACKEND | reply BACKEND]
    ///         [over] [invalid] [rst]
    ///
    /// `local`: the address is the balancer's own; `marked`: the packet has this mark before; `known`: the client has learnt
    /// this backend; `over`: over every limit; `invalid`: of no connection; `rst`: with this flag.
    func answer(_ question: String) throws -> String {
        var words = Words(question)
        let (source, sourcePort) = try Self.endpoint(words.next())
        _ = try words.next()
        let (destination, destinationPort) = try Self.endpoint(words.next())
        let family: TableFamily = destination.count == 4 ? .ip : .ip6
        var packet = Packet(
            source: source, sourcePort: sourcePort, destination: destination, destinationPort: destinationPort,
            transport: try Self.transport(try words.next(), family))
        var ruleset = world.ruleset
        while let word = words.rest.popFirst() {
            switch word {
            case "over": packet.isOverLimits = true
            case "invalid": packet.isInvalid = true
            case "rst": packet.tcpFlags = 4
            case "local": packet.isDestinationLocal = true
            case "from-balancer": packet.origin = .host
            case "marked": packet.mark = UInt32(try words.next()) ?? 0
            case "known":
                let mark = try mark(of: try words.next(), family)
                for (map, key) in learntKeys(packet, mark, family) {
                    ruleset.tables[family]?.sets[map]?.elements[key] = ElementBytes.bytes(mark)
                }
            case "later", "reply":
                let mark = try mark(of: try words.next(), family)
                packet.connection = .init(mark: mark, isTranslated: true, isReply: word == "reply")
            default: throw StoryError(text: "what is \(word)?")
            }
        }
        return PacketTracer(ruleset).trace(packet).map { describe($0, packet) }.joined(separator: ", ")
    }

    /// The mark of a backend: the whole, where it may serve.
    private func mark(of name: String, _ family: TableFamily) throws -> UInt32 {
        let number = try #require(names.first { $0.value == name }?.key)
        let usable = world.ruleset[SetReference(family: family, name: "usable")]?.elements.keys
        return usable?.map { ElementBytes.number($0) }.first { BackendMark.number(of: $0) == number } ?? number
    }

    /// Where the kernel would have learnt the client of a packet, by the map. Hashes and hardware addresses are all zero in
    /// the tracer.
    private func learntKeys(_ packet: Packet, _ mark: UInt32, _ family: TableFamily) -> [(String, [UInt8])] {
        farms.compactMap { farm in
            guard farm.backendNumbers.contains(BackendMark.number(of: mark)), !farm.farm.options.persistence.isEmpty
            else { return nil }
            let fields = SessionFields(farm.farm.options.persistence)
            let values = fields.fields.flatMap { field -> [UInt8] in
                switch field {
                case .srcip: packet.source
                case .dstip: packet.destination
                case .srcport: ElementBytes.port(packet.sourcePort)
                case .dstport: ElementBytes.port(packet.destinationPort)
                case .srcmac, .dstmac: [UInt8](repeating: 0, count: 8)
                }
            }
            let rest = fields.isHashed(in: family) ? [UInt8](repeating: 0, count: 8) : values
            return (fields.learnt(in: family).name, ElementBytes.bytes(UInt32(farm.number)) + rest)
        }
    }

    // MARK: Words

    private func describe(_ result: WeightedOutcome, _ packet: Packet) -> String {
        let outcome = result.outcome
        let share = result.share > 1 - 1e-9 ? "" : String(format: " %.2f %%", result.share * 100)
        let name = names[BackendMark.number(of: outcome.connectionMark)] ?? "?"
        let mark = outcome.packetMark == packet.mark ? "" : " marked 0x\(String(outcome.packetMark, radix: 16))"
        let remembered = outcome.remembered.isEmpty ? "" : " remembered"
        let hits = outcome.counted.filter { $0.hasPrefix("hits-") || $0.hasPrefix("unmetered") }
        let counted = outcome.counted.filter { !hits.contains($0) }
        let limits = hits.map { ", \($0.split(separator: " ")[0])" } + outcome.logged.map { ", logged \"\($0)\"" }
        if outcome.isDropped { return "dropped" + limits.joined() + share }
        #expect(outcome.priority == 0, "the register leaves with the packet")
        return describe(outcome, packet, counted: counted, name, mark + remembered, share) + limits.joined()
    }

    private func describe(
        _ outcome: Outcome, _ packet: Packet, counted: [String], _ name: String, _ more: String, _ share: String
    ) -> String {
        if packet.connection != nil || packet.isInvalid {
            return (counted.isEmpty ? "passes" : "passes, counted for \(name)") + more
        }
        guard let address = outcome.address else {
            if case .address(let source) = outcome.source {
                let type: DataType = source.count == 4 ? .ipv4Address : .ipv6Address
                return "leaves from \(type.text(source))" + (counted.isEmpty ? "" : ", counted for \(name)")
            }
            #expect(outcome.connectionMark == 0, "marked and not translated")
            return (counted.isEmpty ? "not balanced" : "not balanced, counted for its farm") + share
        }
        #expect(counted.count <= 1)
        return name + " " + Self.target(address, outcome.port ?? packet.destinationPort) + Self.from(outcome.source)
            + more + (counted.isEmpty ? " uncounted" : "") + share
    }

    private static func target(_ address: [UInt8], _ port: UInt16) -> String {
        address.count == 4
            ? "\(DataType.ipv4Address.text(address)):\(port)" : "[\(DataType.ipv6Address.text(address))]:\(port)"
    }

    private static func from(_ source: Outcome.Source) -> String {
        switch source {
        case .own: ""
        case .masqueraded: " masqueraded"
        case .address(let address): " from " + (address.count == 4 ? DataType.ipv4Address : .ipv6Address).text(address)
        }
    }

    private static func transport(_ word: String, _ family: TableFamily) throws -> UInt8 {
        switch word {
        case "tcp": 6
        case "udp": 17
        case "sctp": 132
        case "icmp": family == .ip ? 1 : 58
        default: throw StoryError(text: "what is \(word)?")
        }
    }

    private static func endpoint(_ text: String) throws -> ([UInt8], UInt16) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw StoryError(text: "\(text) is no endpoint")
        }
        return (try IPAddress(text[..<colon].trimmingCharacters(in: ["[", "]"])).bytes, port)
    }
}

/// What is left of a question.
private struct Words {
    var rest: ArraySlice<String>

    init(_ question: String) { rest = question.split(separator: " ").map { String($0) }[...] }

    mutating func next() throws -> String {
        guard let word = rest.popFirst() else { throw StoryError(text: "the question is too short") }
        return word
    }
}

struct StoryError: Error { var text: String }
