// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Starts programs and learns how they ended. Given by the caller, who has the loop: waiting for a child must block nobody.
public protocol ChildRunner: AnyObject {
    /// Starts a program.
    ///
    /// - Parameters:
    ///   - path: the program; no search in PATH.
    ///   - arguments: without the program's own name.
    ///   - descriptor: becomes the program's descriptor 3. It need not stay open after the call.
    ///   - completion: called once, in a later turn of the loop, when the program has ended or could not be started.
    /// - Returns: its process number; nil when it could not be started.
    func run(
        _ path: String, arguments: [String], inheriting descriptor: Int32, completion: @escaping (ChildEnd) -> Void
    ) -> Int32?
}

/// How a program ended.
public struct ChildEnd: Sendable, Equatable {
    /// The ways to end.
    public enum Outcome: Sendable, Equatable {
        /// By itself, with a status.
        case exited(Int32)
        /// By a signal.
        case signalled(Int32)
        /// It was killed because it took too long.
        case timedOut
        /// It never began: why.
        case notStarted(String)
    }

    /// The way it ended.
    public var outcome: Outcome
    /// What it wrote to standard output and standard error, as far as it was kept.
    public var output: [UInt8]

    /// Describes an end.
    public init(_ outcome: Outcome, output: [UInt8] = []) {
        self.outcome = outcome
        self.output = output
    }
}
