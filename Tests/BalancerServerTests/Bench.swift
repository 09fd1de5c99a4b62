// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import JSON
import Testing

@testable import BalancerServer

/// Time that a test moves, and turns that it takes.
final class ManualClock: ServerClock {
    private var time: UInt64 = 1_000_000_000_000
    /// How much time passes between two looks at the clock, in nanoseconds.
    var tick: UInt64 = 0
    var now: UInt64 {
        time += tick
        return time
    }
    private var bodies: [() -> Void] = []
    private var timers: [(due: UInt64, body: () -> Void)] = []

    func soon(_ body: @escaping () -> Void) { bodies.append(body) }

    func after(milliseconds: Int, _ body: @escaping () -> Void) {
        timers.append((now + UInt64(milliseconds) * 1_000_000, body))
    }

    /// Takes turns until nothing is left to do now.
    func settle() { while turn() {} }

    /// Takes one turn. False: there was nothing to do.
    @discardableResult
    func turn() -> Bool {
        let due = bodies
        bodies = []
        for body in due { body() }
        return !due.isEmpty
    }

    /// Lets time pass in steps of a second.
    func advance(seconds: Int) {
        for _ in 0..<seconds {
            time += 1_000_000_000
            let due = timers.filter { $0.due <= now }
            timers.removeAll { $0.due <= now }
            for timer in due { timer.body() }
            settle()
        }
    }
}

/// A client whose socket is an array.
final class MemoryTransport: Transport {
    let peer: Peer
    let socket: SocketRole
    /// How much the client's socket takes before the client has to read.
    var room = Int.max
    private(set) var written: [UInt8] = []
    private(set) var writes = 0
    private(set) var isReading = true
    private(set) var isClosed = false

    init(user: UInt32 = 0, group: UInt32 = 0, groups: [UInt32] = [], socket: SocketRole = .full) {
        peer = Peer(user: user, group: group, groups: groups, process: 1)
        self.socket = socket
    }

    func write(_ bytes: ArraySlice<UInt8>) -> Int {
        let taken = min(room, bytes.count)
        room -= taken
        written += bytes.prefix(taken)
        writes += 1
        return taken
    }

    func setReading(_ reading: Bool) { isReading = reading }
    func close() { isClosed = true }

    /// The replies so far, as text.
    var replies: [String] {
        var decoder = FrameDecoder(limit: 1 << 30)
        var rest = written[...]
        var replies: [String] = []
        while let event = decoder.next(from: &rest) {
            if case .frame(let payload) = event { replies.append(String(decoding: payload, as: UTF8.self)) }
        }
        return replies
    }
}

/// A server with methods made for tests: `echo` (read), `ping` (anytime), `state` (settled), `change` (answered when the test
/// says so), `secret` (administrators), `big` (a reply of a given size), `list` (numbers up to a given one, made when it is
/// their turn).
final class Bench {
    let clock = ManualClock()
    var isReady = true
    private(set) var log: [ServerNotice] = []
    /// Changes that wait for their answer, and what they were given.
    private(set) var changes: [(parameters: JSONValue, answer: Router.Answer)] = []
    /// How many numbers of lists were made.
    private(set) var made = 0
    private(set) var server: Server!

    init(limits: Limits = Limits()) {
        server = Server(
            router: Router(routes: [:]), isReady: { true }, clock: clock,
            authorization: Authorization(daemonUser: 900, daemonGroup: 900), limits: limits, log: { _ in })
        var authorization = Authorization(daemonUser: 900, daemonGroup: 900)
        authorization.users[500] = .operator
        server = Server(
            router: Router(routes: routes(limits)), isReady: { [unowned self] in isReady }, clock: clock,
            authorization: authorization, limits: limits, log: { [unowned self] in log.append($0) })
    }

    private func routes(_ limits: Limits) -> [String: Router.Route] {
        let results = LongResults(clock: clock, limit: limits.reply)
        func value(_ parameters: RequestParameters) -> JSONValue {
            switch parameters {
            case .none: nil
            case .named(let object): .object(object)
            case .positional(let values): .array(values)
            }
        }
        return [
            "echo": .init(role: .reader, order: .read) { parameters, _, answer in
                answer(.success(.value(value(parameters))))
            },
            "ping": .init(role: .reader, order: .anytime) { _, _, answer in answer(.success(.value("pong"))) },
            "state": .init(role: .reader, order: .settled) { _, _, answer in answer(.success(.value("settled"))) },
            "secret": .init(role: .administrator, order: .read) { _, _, answer in answer(.success(.value("told"))) },
            "big": .init(role: .reader, order: .read) { parameters, _, answer in
                let size = value(parameters).array?.first?.integer ?? 0
                answer(.success(.value(.string(String(repeating: "x", count: Int(size))))))
            },
            "list": .init(role: .reader, order: .slowRead) { [unowned self] parameters, caller, answer in
                let numbers = JSONSource.list(0..<(value(parameters).array?.first?.integer ?? 0)) { [unowned self] in
                    made += 1
                    return .value(.integer($0))
                }
                results.write(numbers, isWanted: caller.isConnected) { answer($0.map { .text($0) }) }
            },
            "change": .init(role: .operator, order: .change) { [unowned self] parameters, _, answer in
                changes.append((value(parameters), answer))
            },
        ]
    }

    /// Answers the oldest change.
    func answerChange(_ outcome: Router.Outcome = .success(.value("done"))) {
        changes.removeFirst().answer(outcome)
    }

    /// Connects a client.
    func connect(
        user: UInt32 = 0, group: UInt32 = 0, groups: [UInt32] = [], socket: SocketRole = .full
    ) -> Client {
        let transport = MemoryTransport(user: user, group: group, groups: groups, socket: socket)
        return Client(transport: transport, connection: server.accept(transport), clock: clock)
    }
}

/// Both ends of a connection.
struct Client {
    let transport: MemoryTransport
    let connection: Connection?
    let clock: ManualClock

    /// Sends frames in one piece and takes turns until nothing happens any more.
    func send(_ payloads: String...) {
        send(bytes: payloads.flatMap { Frame.encode(Array($0.utf8)) })
    }

    func send(bytes: [UInt8]) {
        connection?.receive(bytes[...])
        clock.settle()
    }

    /// The client reads: its socket has room again.
    func read(_ room: Int = .max) {
        transport.room = room
        connection?.writable()
        clock.settle()
    }

    var replies: [String] { transport.replies }
}

/// A request as text.
func call(_ method: String, _ parameters: String? = nil, id: String? = "1") -> String {
    var text = #"{"jsonrpc":"2.0""#
    if let id { text += #","id":\#(id)"# }
    text += #","method":"\#(method)""#
    if let parameters { text += #","params":\#(parameters)"# }
    return text + "}"
}

/// A reply with a result as text.
func result(_ value: String, id: String = "1") -> String { #"{"jsonrpc":"2.0","id":\#(id),"result":\#(value)}"# }

/// What a reply says about its error.
struct ReplyError: Equatable {
    var id: JSONValue
    var code: Int64?
    var kind: String?

    init?(_ text: String) {
        guard let reply = try? JSONValue(parsing: Array(text.utf8)), let error = reply.object?["error"]?.object
        else { return nil }
        id = reply.object?["id"] ?? "missing"
        code = error["code"]?.integer
        kind = error["data"]?.object?["kind"]?.string
    }

    init(id: JSONValue, code: Int64, kind: String? = nil) {
        self.id = id
        self.code = code
        self.kind = kind
    }
}
