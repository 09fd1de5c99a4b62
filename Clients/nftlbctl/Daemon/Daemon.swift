// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerClient
import BalancerModel
import BalancerProtocol
import Glibc
import JSON

/// The daemon as the commands see it: whole answers, whatever they take on the wire.
struct Daemon {
    /// The socket when nothing else is said.
    static let defaultSocket = "/run/nftlb/nftlb.sock"

    let connection: BlockingConnection

    init(socket: String, timeout: Duration?) throws(Failure) {
        do throws(ClientError) {
            connection = try BlockingConnection(path: socket, timeout: timeout)
        } catch {
            throw Failure(error)
        }
    }

    /// The option, else the environment, else the default.
    static func socket(option: String?) -> String {
        if let option { return option }
        guard let value = unsafe getenv("NFTLB_SOCKET") else { return defaultSocket }
        let text = unsafe String(cString: value)
        return text.isEmpty ? defaultSocket : text
    }

    /// Calls a method by its name.
    func call(_ method: String, _ parameters: RequestParameters) throws(Failure) -> JSONValue {
        do throws(ClientError) {
            return try connection.call(method, parameters)
        } catch {
            throw Failure(error)
        }
    }

    /// Calls a method with its types.
    func call<Method: RPCMethod>(
        _ method: Method.Type, _ parameters: Method.Parameters = .init()
    ) throws(Failure) -> Method.Result {
        do throws(ClientError) {
            return try connection.call(method, parameters)
        } catch {
            throw Failure(error)
        }
    }

    /// Changes the configuration.
    func apply(_ parameters: ConfigurationApply.Parameters) throws(Failure) -> ConfigurationApply.Result {
        try call(ConfigurationApply.self, parameters)
    }

    /// The whole configuration of one revision: the current one, or as it was right after one.
    func configuration(at revision: UInt64? = nil) throws(Failure) -> ConfigurationGet.Result {
        var result = try pages(ConfigurationGet.self) {
            .init(limit: $0, cursor: $1, revision: revision)
        } join: { whole, page in
            for (key, value) in page.configuration {
                let soFar = whole.configuration[key]?.array ?? []
                whole.configuration[key] = .array(Self.joined(soFar, value.array ?? []))
            }
        }
        // A page says only what it lists; a document always has these two.
        for key in ["farms", "policies"] where result.configuration[key] == nil { result.configuration[key] = [] }
        return result
    }

    /// The objects of two pages. A policy of many elements is in several, each with some of them.
    private static func joined(_ objects: [JSONValue], _ page: [JSONValue]) -> [JSONValue] {
        guard case .object(var last) = objects.last, case .object(let first) = page.first,
            let name = last["name"], name == first["name"]
        else { return objects + page }
        last["elements"] = .array((last["elements"]?.array ?? []) + (first["elements"]?.array ?? []))
        return objects.dropLast() + [.object(last)] + page.dropFirst()
    }

    /// The newest revisions, newest first.
    func history(limit: Int) throws(Failure) -> [RevisionEntry] {
        var revisions: [RevisionEntry] = []
        var cursor: UInt64?
        repeat {
            let rest = min(limit - revisions.count, Self.pageLimit)
            let page = try call(ConfigurationHistory.self, .init(limit: PageLimit(rest), cursor: cursor))
            revisions += page.revisions
            cursor = page.cursor
        } while cursor != nil && revisions.count < limit
        return revisions
    }

    /// The whole status of one revision.
    func status() throws(Failure) -> StatusGet.Result {
        try pages(StatusGet.self) {
            .init(limit: $0, cursor: $1)
        } join: {
            $0.farms += $1.farms
        }
    }

    /// The sessions of a farm.
    func sessions(farm: String, backend: String?) throws(Failure) -> [SessionStatus] {
        var sessions: [SessionStatus] = []
        var cursor: String?
        repeat {
            let page = try call(SessionsList.self, .init(farm: farm, backend: backend, cursor: cursor))
            sessions += page.sessions
            cursor = page.cursor
        } while cursor != nil
        return sessions
    }

    /// What traffic has counted for some farms; none: for all.
    func statistics(_ farms: [String]) throws(Failure) -> StatisticsGet.Result {
        try pages(StatisticsGet.self) {
            .init(limit: $0, cursor: $1, farms: farms.isEmpty || $1 != nil ? nil : farms)
        } join: {
            $0.farms += $1.farms
        }
    }

    /// What traffic has counted until now, and what stands, for `top`.
    func sample(_ farms: [String]) throws(Failure) -> TopSample {
        let time = ContinuousClock.now
        let result = try pages(StatisticsGet.self) {
            .init(
                limit: $0, cursor: $1, farms: farms.isEmpty || $1 != nil ? nil : farms, rows: true, established: true)
        } join: {
            $0.rows = ($0.rows ?? []) + ($1.rows ?? [])
        }
        return TopSample(time: time, farms: result.rows ?? [])
    }

    /// How many objects of a page are asked for first; of objects so large that a reply cannot hold them, half as many.
    private static let pageLimit = 1_000

    /// How often a listing begins again because the configuration changed between two pages.
    private static let attempts = 10

    /// Asks for page after page.
    private func pages<Method: RPCMethod>(
        _ method: Method.Type, parameters: (PageLimit?, Method.Result.Cursor?) -> Method.Parameters,
        join: (inout Method.Result, Method.Result) -> Void
    ) throws(Failure) -> Method.Result where Method.Result: Paged {
        var limit = Self.pageLimit
        var attempt = 1
        var whole: Method.Result?
        while true {
            do throws(ClientError) {
                let page = try connection.call(method, parameters(PageLimit(limit), whole?.cursor))
                if whole == nil { whole = page } else { join(&whole!, page) }
                whole!.cursor = page.cursor
                if page.cursor == nil { return whole! }
            } catch {
                switch error {
                case .refused(let error) where error.kind == .limit && limit > 1:
                    limit /= 2
                case .refused(let error) where error.kind == .conflict && whole != nil && attempt < Self.attempts:
                    whole = nil
                    attempt += 1
                default:
                    throw Failure(error)
                }
            }
        }
    }
}

/// A result that may be a page.
protocol Paged {
    associatedtype Cursor
    var cursor: Cursor? { get set }
}

extension ConfigurationGet.Result: Paged {}
extension StatusGet.Result: Paged {}
extension StatisticsGet.Result: Paged {}
