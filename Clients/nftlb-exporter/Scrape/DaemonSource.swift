// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerLink
import BalancerModel
import BalancerProtocol
import NIOCore

/// Asks the daemon. Nothing is remembered from one scrape to the next.
struct DaemonSource: Sendable {
    private let link: DaemonLink

    /// Farms of one page: some ten thousand series.
    private static let page = PageLimit(500)

    static func make(path: String, on eventLoop: any EventLoop) async throws -> DaemonSource {
        DaemonSource(link: try await DaemonLink.make(path: path, on: eventLoop, patience: .zero))
    }

    private init(link: DaemonLink) {
        self.link = link
    }

    /// Asks for what is needed.
    ///
    /// - Parameter farms: only these; nil: all.
    func read(_ needs: Needs, farms: [String]?, limit: TimeAmount) async throws(DaemonFailure) -> Reading {
        for _ in 0..<3 {
            do throws(DaemonFailure) {
                return try await attempt(needs, farms: farms, limit: limit)
            } catch {
                guard error.isPassing else { throw error }
            }
        }
        return try await attempt(needs, farms: farms, limit: limit)
    }

    private func attempt(
        _ needs: Needs, farms names: [String]?, limit: TimeAmount
    ) async throws(DaemonFailure) -> Reading {
        var reading = Reading(service: try await link.call(ServiceInfo.self, limit: limit))
        // Everything else waits until it is ready, which may take longer than the scrape.
        guard reading.service.state != .loading else { return reading }
        var parameters = StatisticsGet.Parameters(
            limit: Self.page, service: needs.contains(.service), rows: true, sessions: needs.contains(.sessions))
        if !needs.contains(.farms) {
            parameters.farms = []
        } else if let names {
            // An unknown name is an error there: only those that there are.
            let known = try await link.call(StatusGet.self, .init(farms: names), limit: limit)
            parameters.farms = known.farms.map(\.name)
        }
        while true {
            let result = try await link.call(StatisticsGet.self, parameters, limit: limit)
            reading.revision = result.revision
            reading.own = reading.own ?? result.service
            reading.policies += result.policies ?? []
            reading.clusters += result.clusters ?? []
            reading.farms += (result.rows ?? []).map(FarmReading.init)
            guard let cursor = result.cursor else { return reading }
            parameters = StatisticsGet.Parameters(limit: Self.page, cursor: cursor, rows: true)
        }
    }
}

extension DaemonFailure {
    /// Whether asking again at once may help: the connection was one to a daemon that has ended since, or a farm went between
    /// two questions.
    fileprivate var isPassing: Bool {
        switch self {
        case .lost: true
        case .refused(let error): error.kind == .conflict || error.kind == .notFound
        case .away, .silent, .tooLong, .violation: false
        }
    }
}
