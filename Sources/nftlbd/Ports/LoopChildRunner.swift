// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EventLoop
import NftablesKernel

/// Runs the helper as a child of the loop.
final class LoopChildRunner: ChildRunner {
    /// It needs milliseconds; far beyond that it hangs.
    private static let timeLimit = 30_000

    private let loop: EventLoop

    init(_ loop: EventLoop) { self.loop = loop }

    func run(
        _ path: String, arguments: [String], inheriting descriptor: Int32,
        completion: @escaping (ChildEnd) -> Void
    ) -> Int32? {
        do throws(SystemError) {
            let child = try ChildProcess.start(
                on: loop, path, arguments: arguments, environment: ["LC_ALL=C"], inheriting: descriptor,
                timeLimit: Self.timeLimit
            ) { completion(ChildEnd($0)) }
            return child.processID
        } catch {
            loop.soon { completion(ChildEnd(.notStarted("\(error)"))) }
            return nil
        }
    }
}

extension ChildEnd {
    fileprivate init(_ outcome: ChildProcess.Outcome) {
        let way: Outcome =
            if outcome.isTimedOut { .timedOut } else if let signal = outcome.signal { .signalled(signal) } else {
                .exited(outcome.exitStatus ?? -1)
            }
        self.init(way, output: outcome.output)
    }
}
