// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// What the attributes of limits mean for rules and elements.
extension Farm {
    /// What its sources and backends may do; nil: anything.
    func limits(_ family: AddressFamily) -> Shape.Limits? {
        let limits = Shape.Limits(
            newConnections: rateLimit(options.newRateLimit, options.newRateLimitBurst),
            resets: servesTCP(family) ? rateLimit(options.resetRateLimit, options.resetRateLimitBurst) : nil,
            established: options.establishedLimit.value,
            isStrict: options.tcpStrict && servesTCP(family),
            hasBackendLimits: mode != .local
                && backends.contains { $0.address?.family == family && $0.options.establishedLimit != .none },
            isDropping: options.verdict.contains(.drop))
        return limits.kinds.isEmpty ? nil : limits
    }

    /// Packets of other transports are no RST, and none of them is refused by tcp-strict.
    private func servesTCP(_ family: AddressFamily) -> Bool {
        addresses.contains { $0.family == family && !$0.isIncomplete && $0.transport.transports.contains(.tcp) }
    }

    private func rateLimit(_ rate: Rate, _ burst: Count) -> Shape.RateLimit? {
        PacketRate(rate, burst: burst).map {
            Shape.RateLimit($0, lifetime: min(options.limitsLifetime.value, Self.longestLifetime))
        }
    }

    /// Three years: nft 1.0.6 takes no lifetime, of a set or of an element, in seconds of more than eight digits.
    static var longestLifetime: UInt32 { 99_999_999 }

    /// How long the way back of a stateless translation is remembered, in seconds.
    var responseLifetime: UInt32 { min(max(1, options.responseLifetime.value), Self.longestLifetime) }

    // MARK: Lines of the log

    /// The line of a limit's hits; nil where none is written. That of backends is each backend's own.
    func line(_ kind: LimitKind) -> LogLine? {
        guard options.verdict.contains(.log) else { return nil }
        let (key, prefix): (String, LogPrefix)
        switch kind {
        case .new: (key, prefix) = ("new-rtlimit", options.newRateLimitLogPrefix)
        case .reset: (key, prefix) = ("rst-rtlimit", options.resetRateLimitLogPrefix)
        case .established: (key, prefix) = ("est-connlimit", options.establishedLimitLogPrefix)
        case .strict: (key, prefix) = ("tcp-strict", options.tcpStrictLogPrefix)
        case .backend: return nil
        }
        return securityLine(prefix.expanded([.attribute: key, .farm: name.text]))
    }

    /// The line of the hits of a backend's limit; nil where none is written.
    func line(of backend: Backend) -> LogLine? {
        guard options.verdict.contains(.log), backend.options.establishedLimit != .none else { return nil }
        return securityLine(
            backend.options.establishedLimitLogPrefix.expanded([
                .attribute: "est-connlimit", .farm: name.text, .backend: backend.name.text,
            ]))
    }

    /// The line of a place; nil where none is written. What leaves the balancer leaves no line of its own in the modes that
    /// translate: it is what is forwarded. At ingress a packet leaves where it comes in, and leaves a line for each there.
    func line(_ place: LogPlace) -> LogLine? {
        let types: [String]
        switch place {
        case .input:
            types = (logs(.input) ? ["IN"] : []) + (mode.isAtIngress && logs(.output) ? ["OUT"] : [])
        case .forward: types = mode != .local && logs(.forward) ? ["FWD"] : []
        case .output: types = []
        }
        let prefixes = types.map {
            options.logPrefix.expanded([.attribute: "log", .type: $0, .farm: name.text])
        }
        return prefixes.first.map { LogLine(prefix: $0, second: prefixes.dropFirst().first) }
    }

    private func logs(_ place: LogPlace) -> Bool { options.log.contains(place) }

    private func securityLine(_ prefix: LogPrefix) -> LogLine {
        LogLine(prefix: prefix, rate: PacketRate(options.logRateLimit, burst: .none))
    }

    /// The limit of a backend; nil: none.
    func limit(of backend: Backend) -> BackendLimit? {
        let count = backend.options.establishedLimit.value
        return count == 0 ? nil : BackendLimit(count: count, isDropping: options.verdict.contains(.drop))
    }

    /// All lines that limits write.
    func limitLines(_ limits: Shape.Limits, _ family: AddressFamily) -> Set<LogLine> {
        var lines = Set(limits.kinds.compactMap { line($0) })
        guard limits.hasBackendLimits else { return lines }
        for backend in backends where backend.address?.family == family {
            if let line = line(of: backend) { lines.insert(line) }
        }
        return lines
    }

    /// All limits that backends have.
    func backendLimits(_ limits: Shape.Limits, _ family: AddressFamily) -> Set<BackendLimit> {
        guard limits.hasBackendLimits else { return [] }
        return Set(backends.lazy.filter { $0.address?.family == family }.compactMap { self.limit(of: $0) })
    }
}

extension PacketRate {
    /// Packets at once where nothing else is said: what the kernel takes when nobody says anything
    /// (NFT_LIMIT_PKT_BURST_DEFAULT).
    private static let standardBurst: UInt32 = 5

    /// A rate as declared; nil: no limit.
    init?(_ rate: Rate, burst: Count) {
        guard rate.amount > 0 else { return nil }
        let unit: Unit =
            switch rate.unit {
            case .second: .second
            case .minute: .minute
            case .hour: .hour
            case .day: .day
            case .week: .week
            }
        self.init(rate.amount, per: unit, burst: burst == .none ? Self.standardBurst : burst.value)
    }
}
