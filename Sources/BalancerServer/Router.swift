// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import JSON

/// When a request may start, seen from the requests before it on the same connection.
enum Order {
    /// At any time, also while the engine is loading. For short answers only: they may have to be kept for long.
    case anytime
    /// Once all changes before it are answered, also while the engine is loading; nothing after it on the same connection
    /// starts before its answer.
    case settled
    /// Once all changes before it are answered and the engine is ready: a client reads what it wrote.
    case read
    /// As `read`, and nothing after it on the same connection starts before its answer: for what answers in a later turn
    /// with much, so that a client that pipelines makes the daemon hold one such answer and not thousands.
    case slowRead
    /// As `read`; what it opens is sent between the answers that follow.
    case stream
    /// Once the engine is ready; changes do not wait for each other, so that pipelined ones become one group.
    case change
}

extension Order {
    /// Whether nothing else of the same connection starts before the answer.
    var isExclusive: Bool {
        switch self {
        case .settled, .slowRead: true
        case .anytime, .read, .stream, .change: false
        }
    }
}

/// Who asks, for handlers.
struct Caller {
    let peer: Peer
    let socket: SocketRole
    let role: Role
    /// For methods that open a stream: gives the connection what it is to send. False: it sends another one already.
    var subscribe: ((any NotificationSource) -> Bool)?
    /// Whether there is still somebody to answer.
    var isConnected: () -> Bool = { true }
}

/// What a connection sends besides answers, taken when there is room for it.
protocol NotificationSource: AnyObject {
    /// The next notification; nil: there is none now.
    func next() -> Request?
}

/// Where methods are found.
struct Router {
    typealias Outcome = Result<Content, RPCError>

    /// What a method returns.
    enum Content: Equatable {
        /// A value.
        case value(JSONValue)
        /// A value that is written already.
        case text([UInt8])
    }

    typealias Answer = (Outcome) -> Void

    struct Route {
        let role: Role
        let order: Order
        let run: (RequestParameters, Caller, @escaping Answer) -> Void
    }

    private(set) var routes: [String: Route] = [:]

    subscript(method: String) -> Route? { routes[method] }

    /// These methods alone.
    init(routes: [String: Route]) { self.routes = routes }

    /// Adds a method that answers at once.
    mutating func add<Method: RPCMethod>(
        _ method: Method.Type, order: Order,
        handler: @escaping (Method.Parameters, Caller) throws(RPCError) -> Method.Result
    ) {
        add(method, order: order) { (parameters, caller, answer: (Result<Method.Result, RPCError>) -> Void) in
            do throws(RPCError) {
                answer(.success(try handler(parameters, caller)))
            } catch {
                answer(.failure(error))
            }
        }
    }

    /// Adds a method that answers later. The handler calls its last argument once.
    mutating func add<Method: RPCMethod>(
        _ method: Method.Type, order: Order,
        handler: @escaping (Method.Parameters, Caller, @escaping (Result<Method.Result, RPCError>) -> Void) -> Void
    ) {
        precondition(routes[Method.name] == nil, "\(Method.name) is routed twice")
        routes[Method.name] = Route(role: Method.role, order: order) { parameters, caller, answer in
            do throws(RPCError) {
                let parameters = try Method.decode(parameters)
                handler(parameters, caller) { result in answer(result.map { .value($0.field) }) }
            } catch {
                answer(.failure(error))
            }
        }
    }

    /// Adds a method whose results may be long. The handler calls its last argument once, with a source of the result.
    mutating func add<Method: RPCMethod>(
        _ method: Method.Type, order: Order, results: LongResults,
        handler: @escaping (Method.Parameters, Caller, @escaping (Result<JSONSource, RPCError>) -> Void) -> Void
    ) {
        precondition(routes[Method.name] == nil, "\(Method.name) is routed twice")
        routes[Method.name] = Route(role: Method.role, order: order) { parameters, caller, answer in
            do throws(RPCError) {
                let parameters = try Method.decode(parameters)
                handler(parameters, caller) { result in
                    switch result {
                    case .success(let source):
                        results.write(source, isWanted: caller.isConnected) { answer($0.map { .text($0) }) }
                    case .failure(let error): answer(.failure(error))
                    }
                }
            } catch {
                answer(.failure(error))
            }
        }
    }
}
