// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Foundation
import JSON
import Nftables
import PacketTracer
import Testing

/// One folder a story: `configuration.json`, what the operator said; `ruleset.nft`, what we say to the kernel;
/// `packets.txt`, where packets end up. `RECORD=1 swift test --filter FixtureTests` rewrites the last two, so that a change
/// of behaviour is a difference to be read.
@Suite("Stories")
struct FixtureTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    static let stories: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }()

    static let isRecording = ProcessInfo.processInfo.environment["RECORD"] == "1"

    @Test("There are stories") func exist() { #expect(Self.stories.count >= 14) }

    @Test("The ruleset is the one written down, and packets go where it says", arguments: stories)
    func story(name: String) throws {
        let folder = Self.folder.appending(path: name)
        let bytes = try Data(contentsOf: folder.appending(path: "configuration.json"))
        let configuration = try Configuration(json: JSONValue(parsing: Array(bytes)))
        let story = try Story(configuration)
        try expect(story.world.ruleset.text(), in: folder.appending(path: "ruleset.nft"))
        let packets = folder.appending(path: "packets.txt")
        let questions = try String(contentsOf: packets, encoding: .utf8)
        let answers = try questions.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard let arrow = line.range(of: " →"), !line.hasPrefix("#") else { return String(line) }
            return line[..<arrow.upperBound] + " " + (try story.answer(String(line[..<arrow.lowerBound])))
        }
        try expect(answers.joined(separator: "\n"), in: packets)
    }

    private func expect(_ text: String, in file: URL) throws {
        if Self.isRecording {
            try text.write(to: file, atomically: true, encoding: .utf8)
            return
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        guard text != expected else { return }
        let difference = text.split(separator: "\n").difference(from: expected.split(separator: "\n"))
        let lines = difference.map { change in
            switch change {
            case .insert(_, let line, _): "+ \(line)"
            case .remove(_, let line, _): "- \(line)"
            }
        }
        Issue.record("\(file.lastPathComponent) differs (RECORD=1 accepts it):\n\(lines.joined(separator: "\n"))")
    }
}

/// A configuration in a kernel of values; farms and backends are numbered in their order.
struct Story {
    let world: World
    private var names: [UInt32: String] = [:]

    init(_ configuration: Configuration) throws {
        var farms: [NumberedFarm] = []
        var next = 1
        for farm in configuration.farms {
            farms.append(Make.numbered(farm, farms.count + 1, backends: next))
            for (index, backend) in farm.backends.enumerated() { names[UInt32(next + index)] = backend.name.text }
            next += farm.backends.count
        }
        world = try World(farms)
    }

    /// `CLIENT:PORT > ADDRESS:PORT tcp|udp [local] [from-balancer] [later BACKEND|reply BACKEND]`
    func answer(_ question: String) throws -> String {
        let words = question.split(separator: " ").map { String($0) }
        let (source, sourcePort) = try Self.endpoint(words[0])
        let (destination, destinationPort) = try Self.endpoint(words[2])
        var packet = Packet(
            source: source, sourcePort: sourcePort, destination: destination, destinationPort: destinationPort,
            transport: words[3] == "tcp" ? 6 : 17)
        var index = 4
        while index < words.count {
            switch words[index] {
            case "local": packet.isDestinationLocal = true
            case "from-balancer": packet.origin = .host
            case "later", "reply":
                index += 1
                let number = try #require(names.first { $0.value == words[index] }?.key)
                let set = SetReference(family: destination.count == 4 ? .ip : .ip6, name: "usable")
                let marks = world.ruleset[set]?.elements.keys.map { ElementBytes.number($0) } ?? []
                let mark = marks.first { BackendMark.number(of: $0) == number } ?? number
                packet.connection = .init(mark: mark, isTranslated: true, isReply: words[index - 1] == "reply")
            default: throw StoryError(text: "what is \(words[index])?")
            }
            index += 1
        }
        return PacketTracer(world.ruleset).trace(packet).map { describe($0, packet) }.joined(separator: ", ")
    }

    private func describe(_ result: WeightedOutcome, _ packet: Packet) -> String {
        let outcome = result.outcome
        let share = result.share > 1 - 1e-9 ? "" : String(format: " %.2f %%", result.share * 100)
        #expect(outcome.priority == 0, "the register leaves with the packet")
        if outcome.isDropped { return "dropped" + share }
        if packet.connection != nil {
            let name = names[BackendMark.number(of: outcome.connectionMark)] ?? "?"
            return outcome.counted.isEmpty ? "passes" : "passes, counted for \(name)"
        }
        guard let address = outcome.address else {
            #expect(outcome.connectionMark == 0, "marked and not translated")
            return "not balanced" + share
        }
        let name = names[BackendMark.number(of: outcome.connectionMark)] ?? "?"
        let type: DataType = address.count == 4 ? .ipv4Address : .ipv6Address
        let port = outcome.port ?? packet.destinationPort
        let target = address.count == 4 ? "\(type.text(address)):\(port)" : "[\(type.text(address))]:\(port)"
        let from =
            switch outcome.source {
            case .own: ""
            case .masqueraded: " masqueraded"
            case .address(let address): " from \(type.text(address))"
            }
        #expect(outcome.counted.count == 1)
        return "\(name) \(target)\(from)\(share)"
    }

    private static func endpoint(_ text: String) throws -> ([UInt8], UInt16) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw StoryError(text: "\(text) is no endpoint")
        }
        return (try IPAddress(text[..<colon].trimmingCharacters(in: ["[", "]"])).bytes, port)
    }
}

struct StoryError: Error { var text: String }
