// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import NIOCore

/// What clients may use.
struct ServerLimits: Sendable {
    /// Connections at once. One more takes the place of the one that has been idle for longest.
    var connections = 16_000
    /// All header lines of a request, and its first line, in bytes.
    var head = 16 << 10
    /// Header lines of a request.
    var headerLines = 100
    /// The body of a request in bytes.
    var body = 64 << 20
    /// The bodies of all requests together.
    var bodies = 128 << 20
    /// All answers that wait for clients to read them.
    var answers = 256 << 20
    /// How long a connection may take until the head of its next request is complete, as in the C program.
    var idle: TimeAmount = .seconds(30)
    /// How long the next bytes of a body may take.
    var bodyPause: TimeAmount = .seconds(15)
    /// How long a whole body may take.
    var bodyTime: TimeAmount = .seconds(300)
    /// How long a client may leave an answer unread.
    var answerPause: TimeAmount = .seconds(30)
    /// How long the rest of a refused request is read, so that its sender gets to see the refusal.
    var linger: TimeAmount = .seconds(5)
    /// How much of it is read.
    var lingerBytes = 4 << 20
}
