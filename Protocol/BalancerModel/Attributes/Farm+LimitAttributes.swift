// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

// What has no effect by itself (a prefix without a log, a burst or a lifetime without a limit) is stored; what needs a
// datapath that this version does not have is refused.
extension Farm {
    static let logging: [Attribute<Farm>] = [
        .rare(
            "log", \.log, .words(),
            "Where packets are logged: first ones of connections, forwarded ones; output in dsr and stlsdnat alone."),
        .rare("log-prefix", \.logPrefix, .logPrefix, "Text in front of the log lines."),
        .rare("log-rtlimit", \.logRateLimit, .rate, "Most security log lines in a time; 0/second: no limit."),
        .rare(
            "verdict", \.verdict, .words(), "What happens to packets that a limit or policy knows."),
    ]

    static let limits: [Attribute<Farm>] = [
        .rare("limits-ttl", \.limitsLifetime, .number, "Seconds that limits remember a client; 0: for ever."),
        .rare(
            "new-rtlimit", \.newRateLimit, .rate,
            "Most new connections of a client in a time; 0/second: no limit."),
        .rare(
            "new-rtlimit-burst", \.newRateLimitBurst, .number, "Most new connections of a client at once; 0: 5."),
        .rare(
            "new-rtlimit-log-prefix", \.newRateLimitLogPrefix, .logPrefix,
            "Text in front of the log lines of new-rtlimit."),
        .rare(
            "rst-rtlimit", \.resetRateLimit, .rate,
            "Most RST packets of a client in a time; 0/second: no limit."),
        .rare("rst-rtlimit-burst", \.resetRateLimitBurst, .number, "Most RST packets of a client at once; 0: 5."),
        .rare(
            "rst-rtlimit-log-prefix", \.resetRateLimitLogPrefix, .logPrefix,
            "Text in front of the log lines of rst-rtlimit."),
        .rare(
            "est-connlimit", \.establishedLimit, .number,
            "Most established connections of a client; 0: no limit."),
        .rare(
            "est-connlimit-log-prefix", \.establishedLimitLogPrefix, .logPrefix,
            "Text in front of the log lines of est-connlimit."),
        .rare(
            "tcp-strict", \.tcpStrict, .boolean, "Whether packets of TCP that belong to no connection are refused."),
        .rare(
            "tcp-strict-log-prefix", \.tcpStrictLogPrefix, .logPrefix,
            "Text in front of the log lines of tcp-strict."),
    ]
}
