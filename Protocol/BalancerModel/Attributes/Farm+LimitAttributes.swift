// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

// What has no effect by itself (a prefix without a log, a burst or a lifetime without a limit) is stored; what needs a
// datapath that this version does not have is refused.
extension Farm {
    static let logging: [Attribute<Farm>] = [
        .rare("log", \.log, .words(), "Where packets are logged.", .later(.logging)),
        .rare("log-prefix", \.logPrefix, .logPrefix, "Text in front of the log lines."),
        .rare("log-rtlimit", \.logRateLimit, .rate, "Most security log lines in a time; 0/second: no limit."),
        .rare(
            "verdict", \.verdict, .words(), "What happens to packets that a limit or policy refuses.",
            .later(.verdicts)),
    ]

    static let limits: [Attribute<Farm>] = [
        .rare("limits-ttl", \.limitsLifetime, .number, "Seconds that limits remember a client; 0: for ever."),
        .rare(
            "new-rtlimit", \.newRateLimit, .rate,
            "Most new connections of a client in a time; 0/second: no limit.",
            .later(.limits)),
        .rare(
            "new-rtlimit-burst", \.newRateLimitBurst, .number, "Connections beyond new-rtlimit at once."),
        .rare(
            "new-rtlimit-log-prefix", \.newRateLimitLogPrefix, .logPrefix,
            "Text in front of the log lines of new-rtlimit."),
        .rare(
            "rst-rtlimit", \.resetRateLimit, .rate,
            "Most RST packets of a client in a time; 0/second: no limit.",
            .later(.limits)),
        .rare("rst-rtlimit-burst", \.resetRateLimitBurst, .number, "Packets beyond rst-rtlimit at once."),
        .rare(
            "rst-rtlimit-log-prefix", \.resetRateLimitLogPrefix, .logPrefix,
            "Text in front of the log lines of rst-rtlimit."),
        .rare(
            "est-connlimit", \.establishedLimit, .number,
            "Most established connections of a client; 0: no limit.",
            .later(.limits)),
        .rare(
            "est-connlimit-log-prefix", \.establishedLimitLogPrefix, .logPrefix,
            "Text in front of the log lines of est-connlimit."),
        .rare(
            "tcp-strict", \.tcpStrict, .boolean, "Whether invalid packets are refused.", .later(.limits)),
        .rare(
            "tcp-strict-log-prefix", \.tcpStrictLogPrefix, .logPrefix,
            "Text in front of the log lines of tcp-strict."),
    ]
}
