// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import BalancerProtocol
import BalancerServer
import EngineSupport
import JSON

extension FakeScheduler: ServerClock {}

enum ParametersTarget {
    static let words =
        MethodCatalog.all.map { "\"\($0.name)\"" }
        + (ObjectKind.allCases.flatMap(\.attributes).map { "\"\($0.key)\"" })
        + [
            #"{"jsonrpc":"2.0","id":1,"method":"#, #""params":"#, "[]", "{}", "null", "\n", #""id":null"#,
            #""mode":"replace""#,
            #""dryRun":true"#, #""changes":"#, #"{"delete":"/farms/web"}"#, #""/farms/web/backends/b0""#,
            #""set":{"farms":["#,
        ]

    /// What is declared before the messages come.
    private static let document: JSONValue = [
        "farms": [
            [
                "name": "web", "mode": "snat", "persistence": ["srcip"],
                "addresses": [["name": "web", "ip-addr": "192.0.2.1", "ports": [80]]],
                "backends": [
                    ["name": "b0", "ip-addr": "10.1.0.1", "port": 8080], ["name": "b1", "ip-addr": "10.1.0.2"],
                ],
                "sessions": [["client": "198.51.100.1", "backend": "b0"]], "policies": [["name": "black"]],
            ]
        ],
        "policies": [["name": "black", "type": "blacklist", "elements": [["data": "203.0.113.0/24"]]]],
    ]

    static func check(_ input: [UInt8]) throws(Finding) {
        let bench = EngineBench()
        let server = Server(
            engine: bench.engine, clock: bench.scheduler,
            authorization: Authorization(daemonUser: 0, daemonGroup: 0))
        let declared = bench.apply(document)
        guard case .success = declared else { throw Finding("the document is refused: \(declared)") }
        let payloads = input.split(separator: UInt8(ascii: "\n"), maxSplits: 7)

        let before = (bench.engine.revision, bench.kernel.ruleset, bench.store.durable)
        try converse(payloads, .readOnly, server, bench)
        guard before == (bench.engine.revision, bench.kernel.ruleset, bench.store.durable) else {
            throw Finding("the read-only socket changed something")
        }
        try converse(payloads, .full, server, bench)
        let now = bench.engine.configuration.json()
        let revision = bench.engine.revision
        guard case .success = bench.apply(now, mode: .replace), bench.engine.revision == revision else {
            throw Finding("what is declared is refused, or something else: \(now)")
        }
    }

    private static func converse(
        _ payloads: [ArraySlice<UInt8>], _ socket: SocketRole, _ server: Server, _ bench: EngineBench
    ) throws(Finding) {
        let client = SilentClient(socket)
        guard let connection = server.accept(client) else { throw Finding("no place for a client") }
        for payload in payloads {
            connection.receive(Frame.encode(Array(payload))[...])
            bench.scheduler.run()
        }
        connection.endOfInput()
        bench.scheduler.run()
        guard client.isClosed else { throw Finding("the connection does not end") }
        var decoder = FrameDecoder(limit: 1 << 26)
        var rest = client.written[...]
        while let event = decoder.next(from: &rest) {
            guard case .frame(let reply) = event, (try? JSONValue(parsing: reply)) != nil else {
                throw Finding("a reply is not JSON")
            }
        }
        guard decoder.isBetweenFrames else { throw Finding("a reply is cut") }
    }
}

/// A client that takes everything.
private final class SilentClient: Transport {
    let peer = Peer(user: 0, group: 0, process: 1)
    let socket: SocketRole
    private(set) var written: [UInt8] = []
    private(set) var isClosed = false

    init(_ socket: SocketRole) { self.socket = socket }

    func write(_ bytes: ArraySlice<UInt8>) -> Int {
        written += bytes
        return bytes.count
    }

    func setReading(_ reading: Bool) {}
    func close() { isClosed = true }
}
