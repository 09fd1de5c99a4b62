// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import EventLoop
public import Foundation

/// A throw-away Debian for what this machine's kernel or libraries lack. `NFTLB_TESTVM` names its runner (design.md 8).
public struct TestMachine: Sendable {
    /// What it is made of.
    public enum Kind: String, Sendable {
        /// A container: this machine's kernel, Debian's programs.
        case container = "--ct"
        /// A virtual machine: Debian's kernel, too. Software emulation: ten to twenty times slower.
        case virtual = "--vm"
    }

    /// Which Debian.
    public enum Suite: String, Sendable {
        /// Debian 12: nftables 1.0.6, Linux 6.1.
        case bookworm
        /// Debian 13: nftables 1.1.3, Linux 6.12.
        case trixie
    }

    private static let runner = ProcessInfo.processInfo.environment["NFTLB_TESTVM"]

    /// Whether there is one; else a test that needs it says so and is skipped.
    public static var isAvailable: Bool { runner?.isEmpty == false }
    /// The reason of a skipped test; test.sh knows these words.
    public static let absence = "NFTLB_TESTVM is unset"

    private let kind: Kind
    private let suite: Suite

    /// A machine that is made anew for each run.
    public init(_ kind: Kind, _ suite: Suite = .bookworm) {
        self.kind = kind
        self.suite = suite
    }

    /// Runs a shell command in it.
    ///
    /// - Parameters:
    ///   - input: a folder that lies in the command's working directory, under its name.
    ///   - seconds: the whole run, with the start of the machine, and its making where it is the first.
    /// - Returns: the command's status, and what it wrote to both streams.
    public func run(_ command: String, input: URL, seconds: Int = 600) throws -> (status: Int32?, output: String) {
        try Self.start(
            Self.runner ?? "", [kind.rawValue, "--timeout", "\(seconds)", "--in", input.path, command], suite, seconds)
    }

    /// Runs a script that starts such machines itself.
    public static func run(
        script: URL, _ arguments: [String], seconds: Int = 600
    ) throws -> (status: Int32?, output: String) {
        try start(script.path, arguments, .bookworm, seconds)
    }

    /// Started through EventLoop, not Foundation: a test's thread has all signals blocked, Foundation hands that down, and
    /// the runner's own children could then not be ended.
    private static func start(
        _ program: String, _ arguments: [String], _ suite: Suite, _ seconds: Int
    ) throws -> (status: Int32?, output: String) {
        let loop = try EventLoop()
        var outcome: ChildProcess.Outcome?
        var environment = ProcessInfo.processInfo.environment
        environment["TESTVM_SUITE"] = suite.rawValue
        try ChildProcess.start(
            on: loop, program, arguments: arguments, environment: environment.map { "\($0)=\($1)" },
            outputLimit: 1 << 20, timeLimit: (seconds + 300) * 1000
        ) {
            outcome = $0
            loop.exit()
        }
        _ = try loop.run()
        return (outcome?.exitStatus, String(decoding: outcome?.output ?? [], as: UTF8.self))
    }
}
