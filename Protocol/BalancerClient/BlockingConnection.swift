// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerProtocol
public import JSON

/// A connection to the daemon for programs that wait for each answer. Not for event loops: those drive a
/// ``ClientConnection`` themselves. It belongs to the thread that made it.
public final class BlockingConnection {
    private var socket: StreamSocket
    private var connection = ClientConnection()
    private var replies: [UInt64: Response.Outcome] = [:]

    /// How long one call may take; nil: for ever.
    public var timeout: Duration?

    /// Notifications that nobody has taken yet.
    public private(set) var notifications: [Request] = []

    /// Connects to a Unix socket.
    public init(path: String, timeout: Duration? = nil) throws(ClientError) {
        self.timeout = timeout
        socket = try StreamSocket.connect(path: path, deadline: Deadline(after: timeout))
    }

    /// Takes over a connected stream socket and closes it in the end.
    public init(adopting descriptor: Int32, timeout: Duration? = nil) {
        self.timeout = timeout
        socket = StreamSocket(adopting: descriptor)
    }

    /// Calls a method that this version knows.
    public func call<Method: RPCMethod>(
        _ method: Method.Type, _ parameters: Method.Parameters = .init()
    ) throws(ClientError) -> Method.Result {
        let request = method.request(id: nil, parameters)
        let result = try call(request.method, request.parameters)
        do {
            return try method.decode(result: result)
        } catch {
            throw .violation("\(method.name) returned \(error)")
        }
    }

    /// Calls any method.
    public func call(_ method: String, _ parameters: RequestParameters = .none) throws(ClientError) -> JSONValue {
        switch try pipeline([(method, parameters)])[0] {
        case .result(let result): return result
        case .error(let error): throw .refused(error)
        }
    }

    /// Sends all requests without waiting in between, and returns their answers in the same order. The daemon makes
    /// one transaction of changes that arrive together; each still succeeds or fails by itself.
    public func pipeline(
        _ calls: [(method: String, parameters: RequestParameters)]
    ) throws(ClientError) -> [Response.Outcome] {
        let deadline = Deadline(after: timeout)
        var bytes: [UInt8] = []
        let numbers = calls.map { connection.send($0.method, $0.parameters, to: &bytes) }
        var output = bytes[...]
        while connection.pendingCount > 0 {
            guard let received = try socket.exchange(&output, deadline: deadline) else { continue }
            guard received.isEmpty == false else { throw .closed }
            try receive(received)
        }
        return numbers.map { replies.removeValue(forKey: $0) ?? .error(.internalError("no reply")) }
    }

    /// Takes the next notification; nil: none came in that time.
    public func nextNotification(within time: Duration?) throws(ClientError) -> Request? {
        let deadline = Deadline(after: time)
        var output: ArraySlice<UInt8> = []
        while notifications.isEmpty {
            do throws(ClientError) {
                guard let received = try socket.exchange(&output, deadline: deadline) else { continue }
                guard received.isEmpty == false else { throw .closed }
                try receive(received)
            } catch {
                guard case .timedOut = error else { throw error }
                return nil
            }
        }
        return notifications.removeFirst()
    }

    private func receive(_ bytes: [UInt8]) throws(ClientError) {
        do throws(ClientConnection.Violation) {
            for event in try connection.receive(bytes[...]) {
                switch event {
                case .reply(let number, let outcome): replies[number] = outcome
                case .notification(let request): notifications.append(request)
                }
            }
        } catch {
            throw .violation(error.description)
        }
    }
}
