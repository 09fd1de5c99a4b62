// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EventLoop

/// Asks something small every few milliseconds, and notes how late the answers are.
final class Reader {
    private let client: RawClient
    private var timer: TimerWatch?
    private var askedAt: UInt64?
    private(set) var latencies: [Double] = []
    private let frames = [RawClient.frame("service.info"), RawClient.frame("status.get", #"{"limit": 1}"#)]

    /// - Parameter onlyInformation: asks nothing that waits for the end of a load.
    init(_ path: String, on loop: EventLoop) throws {
        client = try RawClient(path, on: loop)
        client.received = { [unowned self] _ in
            guard let askedAt else { return }
            latencies.append(Double(loop.now - askedAt) / 1e9)
            self.askedAt = nil
        }
        timer = try loop.every(milliseconds: 5) { [unowned self] in
            guard askedAt == nil else { return }
            askedAt = loop.now
            client.send(frames[latencies.count % frames.count])
        }
    }

    /// Also what was asked and is not answered yet counts.
    func longest(now: UInt64) -> Double {
        let waiting = askedAt.map { Double(now - $0) / 1e9 } ?? 0
        return max(waiting, latencies.max() ?? 0)
    }
}
