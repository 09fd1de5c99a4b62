// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import BalancerProtocol

extension Router {
    /// `sessions.list` and `sessions.delete`: what the kernel has learnt.
    mutating func addSessionHandlers(engine: Engine) {
        add(SessionsList.self, order: .read) { parameters, _, answer in
            do throws(RPCError) {
                let farm = try Name(parameter: parameters.farm, "farm")
                if let unknown = engine.unknownReason { throw RPCError(unknown) }
                engine.listSessions(of: farm) { result in
                    answer(result.map { SessionsList.Result($0, parameters) }.mapError(RPCError.init))
                }
            } catch {
                answer(.failure(error))
            }
        }
        add(SessionsDelete.self, order: .read) { parameters, _, answer in
            do throws(RPCError) {
                let farm = try Name(parameter: parameters.farm, "farm")
                if let unknown = engine.unknownReason { throw RPCError(unknown) }
                var backend: Name?
                if let text = parameters.backend { backend = try Name(parameter: text, "backend") }
                var client: SessionClient?
                if let text = parameters.client { client = try SessionClient(parameter: text, "client") }
                engine.deleteSessions(
                    of: farm, client: client, backend: backend, dryRun: parameters.dryRun
                ) { result in
                    answer(result.map { SessionsDelete.Result(deleted: UInt64($0)) }.mapError(RPCError.init))
                }
            } catch {
                answer(.failure(error))
            }
        }
    }
}

extension SessionsList.Result {
    /// The most sessions of one reply: some 100 bytes each.
    private static let most = 50_000

    /// The page that was asked for. Learnt sessions come and go between two pages: each page is of its own moment, and a
    /// client that is there all the time is in exactly one.
    fileprivate init(_ records: [SessionRecord], _ parameters: SessionsList.Parameters) {
        self.init()
        let wanted = records.filter { record in
            parameters.backend == nil || record.backend?.text == parameters.backend
        }
        let ordered = wanted.map { (place: $0.place, record: $0) }.sorted { $0.place < $1.place }
        let rest = parameters.cursor.map { cursor in ordered.filter { $0.place > cursor } } ?? ordered
        let page = rest.prefix(min(parameters.limit?.count ?? Self.most, Self.most))
        sessions = page.map { SessionStatus($0.record) }
        if page.count < rest.count { cursor = page.last?.place }
    }
}

extension SessionRecord {
    /// Static sessions first; clients of which the kernel has only hashes last, as one.
    fileprivate var place: String { "\(remaining == nil ? 0 : client == nil ? 2 : 1) \(client ?? "")" }
}

extension SessionStatus {
    fileprivate init(_ record: SessionRecord) {
        self.init(
            client: record.client, backend: record.backend?.text, isStatic: record.remaining == nil,
            remaining: record.remaining)
    }
}

extension Name {
    /// The name that a parameter gives.
    init(parameter text: String, _ parameter: String) throws(RPCError) {
        do { try self.init(text) } catch { throw .invalidParameters("\(parameter): \(error.reason)") }
    }
}

extension SessionClient {
    /// The client that a parameter gives.
    init(parameter text: String, _ parameter: String) throws(RPCError) {
        do { try self.init(text) } catch { throw .invalidParameters("\(parameter): \(error.reason)") }
    }
}
