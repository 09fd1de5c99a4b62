// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Namespaces
public import NftablesKernel

/// Runs a program to its end before `run` returns: for tests, which have no loop. The completion is called at once.
public final class BlockingChildRunner: ChildRunner {
    /// How many programs were run: an ordinary change must run none.
    public private(set) var count = 0

    /// A runner.
    public init() {}

    /// Runs a program; see ``ChildRunner``.
    public func run(
        _ path: String, arguments: [String], inheriting descriptor: Int32, completion: @escaping (ChildEnd) -> Void
    ) -> Int32? {
        count += 1
        do {
            let command = try Command.run([path] + arguments, inheriting: descriptor)
            let outcome: ChildEnd.Outcome = command.signal > 0 ? .signalled(command.signal) : .exited(command.status)
            completion(ChildEnd(outcome, output: Array(command.output.utf8)))
            return command.process
        } catch {
            let reason = (error as? Command.Failure)?.reason ?? "\(error)"
            completion(ChildEnd(.notStarted(reason)))
            return nil
        }
    }
}
