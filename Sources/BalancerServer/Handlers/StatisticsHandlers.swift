// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import BalancerProtocol
import JSON

extension Router {
    /// `statistics.get`: what traffic has counted. Read from the kernel once for each listing; the pages after the first are
    /// cut from what was read.
    mutating func addStatisticsHandlers(
        engine: Engine, clock: any ServerClock, results: LongResults, service: ServiceFigures
    ) {
        let kept = KeptListings<FarmFigures>(clock: clock)
        add(StatisticsGet.self, order: .slowRead, results: results) { parameters, _, answer in
            do throws(RPCError) {
                let limit = parameters.limit?.count
                if let cursor = parameters.cursor {
                    guard parameters.farms == nil else {
                        throw .invalidParameters("statistics.get: 'farms' and 'cursor' exclude each other")
                    }
                    let page = try kept.page(cursor, limit: limit ?? .max) { 1 + $0.backends.count }
                    return answer(.success(StatisticsGet.Result(page).source(page, parameters, engine, service)))
                }
                engine.statistics(
                    of: try StatisticsSelection(parameters.farms), withSessions: parameters.rows && parameters.sessions,
                    withConnections: parameters.rows && parameters.established
                ) { outcome in
                    answer(
                        outcome.map { statistics in
                            let listing = KeptListing(revision: statistics.revision, items: statistics.farms)
                            let page =
                                limit.map { limit in
                                    kept.firstPage(of: listing, limit: limit) { 1 + $0.backends.count }
                                } ?? Listed(whole: listing)
                            var result = StatisticsGet.Result(page)
                            if parameters.farms == nil {
                                result.policies = statistics.policies.map { PolicyStatistics($0) }
                                result.clusters = statistics.clusters.map { ClusterStatistics($0) }
                            }
                            return result.source(page, parameters, engine, service)
                        }
                        .mapError(RPCError.init))
                }
            } catch {
                answer(.failure(error))
            }
        }
    }
}

extension Engine {
    /// Figures, and the connections and sessions of backends where they are wanted.
    fileprivate func statistics(
        of selection: StatisticsSelection, withSessions: Bool, withConnections: Bool,
        completion: @escaping (Result<Statistics, BalancerError>) -> Void
    ) {
        if withConnections {
            return statistics(of: selection, withSessions: withSessions, withConnections: false) {
                [weak self] outcome in
                guard let self, case .success(let statistics) = outcome else { return completion(outcome) }
                addEstablished(to: statistics) { completion(.success($0)) }
            }
        }
        guard withSessions else { return statistics(of: selection, completion: completion) }
        statistics(of: selection) { [weak self] outcome in
            guard let self, case .success(var statistics) = outcome else { return completion(outcome) }
            countSessions { counted in
                completion(
                    counted.map { sessions in
                        statistics.add(sessions)
                        return statistics
                    })
            }
        }
    }
}

extension Statistics {
    fileprivate mutating func add(_ sessions: SessionCounts) {
        guard let counted = sessions.farms, !counted.isEmpty else { return }
        for farm in farms.indices {
            guard let own = counted[farms[farm].name] else { continue }
            for index in farms[farm].backends.indices {
                farms[farm].backends[index].sessions = own[farms[farm].backends[index].name]
            }
        }
    }
}

extension StatisticsSelection {
    /// Of the farms of these names; nil: of all.
    fileprivate init(_ farms: [String]?) throws(RPCError) {
        guard let farms else {
            self = .all
            return
        }
        var names: [Name] = []
        for farm in farms {
            do {
                names.append(try Name(farm))
            } catch {
                throw .invalidParameters("statistics.get: 'farms': \(error)")
            }
        }
        self = .farms(names)
    }
}

extension StatisticsGet.Result {
    /// What stands around the farms of a page.
    fileprivate init(_ page: Listed<FarmFigures>) {
        self.init(revision: page.revision, farms: [], cursor: page.cursor)
    }

    /// The result with its farms.
    fileprivate consuming func source(
        _ page: Listed<FarmFigures>, _ parameters: StatisticsGet.Parameters, _ engine: Engine, _ service: ServiceFigures
    ) -> JSONSource {
        if parameters.service { self.service = service.now }
        guard parameters.rows else {
            return JSONSource(
                object, replacing: ["farms": .list(page.items) { .value(FarmStatistics($0).field) }])
        }
        rows = []
        let (farms, status) = (engine.configuration.farms, engine.status)
        let rows = JSONSource.list(page.items) { FarmRow($0, farms, status).map { .value($0.field) } }
        return JSONSource(object, replacing: ["rows": rows])
    }
}

extension FarmStatistics {
    fileprivate init(_ farm: FarmFigures) {
        self.init(
            name: farm.name.text, counts: TrafficCounts(farm.total), limits: LimitCounts(farm.total.limits),
            backends: farm.backends.map { backend in
                BackendStatistics(
                    name: backend.name.text, counts: TrafficCounts(backend.figures),
                    limited: backend.figures.limits.backends)
            })
    }
}

extension LimitCounts {
    /// Nil where nothing has met a limit: most farms have none.
    fileprivate init?(_ figures: LimitFigures) {
        guard figures != LimitFigures() else { return nil }
        self.init(all: figures)
    }

    init(all figures: LimitFigures) {
        self.init(
            new: figures.new, resets: figures.resets, established: figures.established, backends: figures.backends,
            invalid: figures.invalid, unmetered: figures.unmetered)
    }
}

extension PolicyStatistics {
    fileprivate init(_ policy: PolicyFigures) {
        self.init(
            name: policy.name.text, elements: UInt64(policy.elements), packets: policy.packets, bytes: policy.bytes)
    }
}

extension ClusterStatistics {
    fileprivate init(_ cluster: ClusterFigures) {
        self.init()
        name = cluster.name.text
        node = cluster.node.text
        slots = UInt64(cluster.slots)
        slotsInAll = UInt64(cluster.slotsInAll)
        foreignPackets = cluster.foreignPackets
        foreignBytes = cluster.foreignBytes
    }
}

extension TrafficCounts {
    init(_ figures: TrafficFigures) {
        self.init(
            connections: figures.connections, packetsIn: figures.packetsIn, packetsOut: figures.packetsOut,
            bytesIn: figures.bytesIn, bytesOut: figures.bytesOut)
    }
}
