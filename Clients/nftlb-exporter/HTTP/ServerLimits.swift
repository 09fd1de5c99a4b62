// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import NIOCore

/// What clients may use. There are few of them, and each scrape of a large configuration is some ten megabytes.
struct ServerLimits: Sendable {
    /// Connections at once. One more takes the place of the one that has been idle for longest.
    var connections = 64
    /// The head of a request in bytes.
    var head = 16 << 10
    /// Header lines of a request.
    var headerLines = 100
    /// Scrapes at once, until their answers are with their clients: what bounds memory.
    var scrapes = 3
    /// Scrapes that wait for their turn; more are refused.
    var waiting = 16
    /// How long a connection may be idle: longer than usual scrape intervals, so that it is used again.
    var idle: TimeAmount = .minutes(5)
    /// How long a request may take to arrive.
    var request: TimeAmount = .seconds(10)
    /// How long a client may take to read an answer.
    var answer: TimeAmount = .seconds(30)
    /// How long the daemon may take for an answer where the client does not say how long it waits.
    var scrape: TimeAmount = .seconds(10)
}
