// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerLink
import BalancerProtocol
import Logging
import NIOCore
import Synchronization

/// Makes the text of a scrape: asks the daemon, lets each collector write, and measures both.
final class ScrapeRunner: Sendable {
    private let source: DaemonSource
    private let enabled: Set<CollectorName>
    private let logger: Logger
    /// So that a daemon that stays away is one line in the journal and not one for each scrape.
    private let wasUp = Mutex(true)

    private static let up = MetricFamily("nftlb_up", .gauge, "Whether nftlbd answered.")
    private static let duration = MetricFamily(
        "nftlb_scrape_duration_seconds", .gauge, "How long this scrape took, until its text was complete.")
    private static let requestDuration = MetricFamily(
        "nftlb_scrape_request_duration_seconds", .gauge, "How long nftlbd took to answer this scrape's questions.")
    private static let collectorDuration = MetricFamily(
        "nftlb_scrape_collector_duration_seconds", .gauge, "How long a collector took to write its series.")

    init(source: DaemonSource, enabled: Set<CollectorName>, logger: Logger) {
        self.source = source
        self.enabled = enabled
        self.logger = logger
    }

    /// The text of one scrape.
    ///
    /// - Parameter limit: how long the daemon may take for an answer.
    func scrape(_ request: ScrapeRequest, as format: ExpositionFormat, limit: TimeAmount) async -> [UInt8] {
        let start = ContinuousClock.now
        let names = enabled.intersection(request.collect ?? enabled).subtracting(request.exclude)
        let collectors = CollectorName.allCases.filter(names.contains).map { ($0, $0.collector) }
        let needs = collectors.reduce(into: Needs()) { $0.formUnion($1.1.needs) }
        var reading: Reading?
        do throws(DaemonFailure) {
            reading = try await source.read(needs, farms: request.farms, limit: limit)
            note(isUp: true, "")
        } catch {
            note(isUp: false, "\(error)")
        }
        let answered = ContinuousClock.now
        var output = Exposition(format, reserving: reading?.expectedBytes ?? 0)
        output.write(Self.up, reading == nil ? 0 : 1)
        BuildInformation.write(to: &output)
        var durations: [(name: CollectorName, seconds: Double)] = []
        if let reading {
            for (name, collector) in collectors {
                let begin = ContinuousClock.now
                collector.collect(reading, into: &output)
                durations.append((name, (ContinuousClock.now - begin).seconds))
            }
        }
        output.begin(Self.collectorDuration)
        for (name, seconds) in durations {
            output.sample(seconds: seconds, LabelSet(["collector": name.rawValue]))
        }
        output.write(Self.requestDuration, seconds: (answered - start).seconds)
        output.write(Self.duration, seconds: (ContinuousClock.now - start).seconds)
        return output.finished()
    }

    private func note(isUp: Bool, _ reason: String) {
        let changed = wasUp.withLock { before in
            defer { before = isUp }
            return before != isUp
        }
        guard changed else { return }
        if isUp { logger.notice("nftlbd answers again") } else { logger.warning("nftlbd does not answer: \(reason)") }
    }
}

extension Duration {
    /// In seconds.
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}

extension Reading {
    /// About how long the text will be: 12 series for a backend, 24 for a farm.
    fileprivate var expectedBytes: Int {
        4_096
            + farms.reduce(0) { sum, farm in
                sum + 24 * (60 + farm.labels.bytes.count)
                    + farm.backends.reduce(0) { $0 + 12 * (60 + $1.labels.bytes.count) }
            }
    }
}
