// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

// What has no effect by itself (a prefix without a log, a burst or a lifetime without a limit) is stored; what needs a
// datapath that this version does not have is refused.
extension Farm {
    static let logging: [Attribute<Farm>] = [
        .value("log", \.options.log, .words(), "Where packets are logged.", .later(.logging)),
        .value("log-prefix", \.options.logPrefix, .logPrefix, "Text in front of the log lines."),
        .value("log-rtlimit", \.options.logRateLimit, .rate, "Most security log lines in a time; 0/second: no limit."),
        .value(
            "verdict", \.options.verdict, .words(), "What happens to packets that a limit or policy refuses.",
            .later(.verdicts)),
    ]

    static let limits: [Attribute<Farm>] = [
        .value("limits-ttl", \.options.limitsLifetime, .number, "Seconds that limits remember a client; 0: for ever."),
        .value(
            "new-rtlimit", \.options.newRateLimit, .rate,
            "Most new connections of a client in a time; 0/second: no limit.",
            .later(.limits)),
        .value(
            "new-rtlimit-burst", \.options.newRateLimitBurst, .number, "Connections beyond new-rtlimit at once."),
        .value(
            "new-rtlimit-log-prefix", \.options.newRateLimitLogPrefix, .logPrefix,
            "Text in front of the log lines of new-rtlimit."),
        .value(
            "rst-rtlimit", \.options.resetRateLimit, .rate,
            "Most RST packets of a client in a time; 0/second: no limit.",
            .later(.limits)),
        .value("rst-rtlimit-burst", \.options.resetRateLimitBurst, .number, "Packets beyond rst-rtlimit at once."),
        .value(
            "rst-rtlimit-log-prefix", \.options.resetRateLimitLogPrefix, .logPrefix,
            "Text in front of the log lines of rst-rtlimit."),
        .value(
            "est-connlimit", \.options.establishedLimit, .number,
            "Most established connections of a client; 0: no limit.",
            .later(.limits)),
        .value(
            "est-connlimit-log-prefix", \.options.establishedLimitLogPrefix, .logPrefix,
            "Text in front of the log lines of est-connlimit."),
        .value(
            "tcp-strict", \.options.tcpStrict, .boolean, "Whether invalid packets are refused.", .later(.limits)),
        .value(
            "tcp-strict-log-prefix", \.options.tcpStrictLogPrefix, .logPrefix,
            "Text in front of the log lines of tcp-strict."),
    ]
}
