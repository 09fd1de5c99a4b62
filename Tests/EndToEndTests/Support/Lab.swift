// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// How conversations were spread: backend → count.
typealias Spread = [String: Int]

/// The network of `Topology` with a folder beside it, and the questions that these tests ask again and again.
final class Lab {
    let topology: Topology
    let folder: URL

    var client: NetworkNamespace { topology.client }
    var balancer: NetworkNamespace { topology.balancer }

    /// Addresses of the client: enough sources for the schedulers that look at them.
    static let clients = (2...66).map { "10.9.1.\($0)" }

    init(backends count: Int = 3, ports: [UInt16] = [8080, 8081]) throws {
        topology = try Topology(backends: count, ports: ports)
        folder = FileManager.default.temporaryDirectory.appending(path: "nftlb-e2e-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    static func ipv4(_ backend: Int) -> String { "10.9.\(10 + backend).2" }
    static func ipv6(_ backend: Int) -> String { "fd09:\(10 + backend)::2" }

    /// Opens `count` conversations one after the other and counts who answered. A failure is a failure.
    func spread(_ count: Int, to service: Endpoint, udp: Bool = false, from space: NetworkNamespace? = nil) throws
        -> Spread
    {
        try (space ?? client).inside {
            var found: Spread = [:]
            for _ in 0..<count {
                found[try Conversation(udp ? .udp : .tcp, service).ask().backend, default: 0] += 1
            }
            return found
        }
    }

    /// A conversation that goes on.
    func hold(_ service: Endpoint, udp: Bool = false) throws -> Held {
        try client.inside { try Held(Conversation(udp ? .udp : .tcp, service)) }
    }

    /// Who answers each of these client addresses.
    func choices(of clients: [String], at service: Endpoint, udp: Bool = false) throws -> [String] {
        try client.inside {
            try clients.map { try Conversation(udp ? .udp : .tcp, service, from: Endpoint($0, 0)).ask().backend }
        }
    }

    /// Gives the client the addresses of `Lab.clients`.
    func addClients() throws {
        for address in Lab.clients.dropFirst() { try client.ip("address add \(address)/24 dev eth0") }
    }

    /// What happens when nobody takes the packets: the failure.
    func refusal(of service: Endpoint, udp: Bool = false) throws -> ConversationFailure? {
        do {
            _ = try topology.ask(udp ? .udp : .tcp, service, timeLimit: 400)
            return nil
        } catch let failure as ConversationFailure { return failure }
    }

    /// Clients that open one conversation after the other.
    func load(_ services: [Endpoint], clients: Int = 2) -> LoadLoop {
        LoadLoop(topology, .tcp, services, clients: clients)
    }
}

/// A conversation with the backend that took it.
struct Held {
    let conversation: Conversation
    let answer: Answer

    init(_ conversation: Conversation, padding: Int = 0) throws {
        self.conversation = conversation
        answer = try conversation.ask(padding: padding)
    }

    /// Asks again: the same backend must answer, and see the same client.
    func expectAlive(_ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation) {
        do {
            let now = try conversation.ask()
            #expect(now == answer, comment, sourceLocation: sourceLocation)
        } catch {
            Issue.record("\(answer.backend): \(error) \(comment?.rawValue ?? "")", sourceLocation: sourceLocation)
        }
    }
}

extension LoadLoop {
    /// Ends the load; nothing may have failed, and it must have been a load.
    @discardableResult
    func expectNoFailure(atLeast count: Int = 200, sourceLocation: SourceLocation = #_sourceLocation) -> Result {
        let result = stop()
        #expect(result.failures.isEmpty, "of \(result.total) conversations", sourceLocation: sourceLocation)
        #expect(result.total >= count, sourceLocation: sourceLocation)
        return result
    }
}

extension NetworkNamespace {
    /// Starts a program here.
    func start(_ words: [String], environment: [String: String] = [:], input: Data? = nil) throws -> Program {
        try Program(["nsenter", "--net=\(path)"] + words, environment: environment, input: input)
    }

    /// Runs a program here that must succeed; gives its standard output.
    @discardableResult
    func check(_ words: String..., input: Data? = nil) throws -> String {
        try Program.check(["nsenter", "--net=\(path)"] + words, input: input)
    }

    func ip(_ words: String) throws {
        try Program.check(["nsenter", "--net=\(path)", "ip"] + words.split(separator: " ").map(String.init))
    }

    /// Loads an nft script.
    func nft(_ script: String) throws { try check("nft", "-f", "-", input: Data(script.utf8)) }
}

extension Lab {
    /// How many echo requests a backend has got (RFC 4293's counters: /proc/net/snmp, snmp6).
    func echoRequests(at backend: Int, ipv6: Bool) throws -> Int {
        let space = topology.backends[backend - 1].namespace
        if ipv6 {
            let lines = try space.check("cat", "/proc/net/snmp6").split(separator: "\n")
            let line = lines.first { $0.hasPrefix("Icmp6InEchos ") }
            return line.flatMap { $0.split(whereSeparator: \.isWhitespace).last }.flatMap { Int($0) } ?? -1
        }
        let lines = try space.check("cat", "/proc/net/snmp").split(separator: "\n").filter { $0.hasPrefix("Icmp:") }
        let names = lines.first?.split(separator: " ") ?? []
        guard let column = names.firstIndex(of: "InEchos"), let values = lines.last?.split(separator: " ") else {
            return -1
        }
        return Int(values[column]) ?? -1
    }
}
