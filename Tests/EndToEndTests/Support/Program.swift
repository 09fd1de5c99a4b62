// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import CLinux
import Foundation

/// What a program that has ended left behind.
struct Output {
    var status: Int32
    var out: String
    var err: String
}

/// A program that runs, with its output going into files, so that no pipe can fill up and block it.
final class Program {
    private let folder: URL
    private var exit: linux_exit?

    /// The id of the process; `nsenter` becomes the program it starts, so it is the program's own.
    let identifier: pid_t

    /// Starts a program found in PATH, with `inherited` as descriptor 3.
    init(
        _ words: [String], environment: [String: String] = [:], input: Data? = nil, inherited: Int32 = -1
    ) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "nftlb-program-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try (input ?? Data()).write(to: folder.appending(path: "in"))
        let redirecting = #"exec "$@" <"$0/in" >"$0/out" 2>"$0/err""#
        let all = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        let null = unsafe open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer { close(null) }
        identifier = unsafe Program.withPointers(["sh", "-c", redirecting, folder.path] + words) { arguments in
            unsafe Program.withPointers(all) { unsafe linux_spawn("/bin/sh", arguments, $0, null, inherited) }
        }
        guard identifier > 0 else { throw POSIXError(POSIXErrorCode(rawValue: -identifier) ?? .EIO) }
    }

    deinit {
        if isRunning {
            signal(SIGKILL)
            _ = linux_reap(identifier, 1)
        }
        try? FileManager.default.removeItem(at: folder)
    }

    var isRunning: Bool {
        if exit == nil {
            let now = linux_reap(identifier, 0)
            if now.state != 0 { exit = now }
        }
        return exit == nil
    }

    /// What has been written so far.
    var written: Output { Output(status: 0, out: text("out"), err: text("err")) }

    func signal(_ number: Int32) {
        if exit == nil { kill(identifier, number) }
    }

    /// Waits for the end; after `seconds` the program is killed. The status is negative when a signal ended it.
    @discardableResult
    func end(within seconds: Double = 60) -> Output {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while isRunning, Date() < deadline { usleep(1_000) }
        if isRunning {
            signal(SIGKILL)
            exit = linux_reap(identifier, 1)
        }
        let signal = exit?.signal ?? 0
        return Output(status: signal > 0 ? -signal : exit?.status ?? -1, out: text("out"), err: text("err"))
    }

    private func text(_ name: String) -> String {
        let data = (try? Data(contentsOf: folder.appending(path: name))) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    private static func withPointers<Result>(
        _ words: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe pointers.forEach { unsafe free($0) } }
        return unsafe body(&pointers)
    }
}

extension Program {
    /// Runs a program to its end.
    @discardableResult
    static func run(
        _ words: String..., environment: [String: String] = [:], input: Data? = nil, within seconds: Double = 60
    ) throws -> Output {
        try Program(words, environment: environment, input: input).end(within: seconds)
    }

    /// Runs a program that must succeed; gives its standard output.
    @discardableResult
    static func check(_ words: [String], input: Data? = nil) throws -> String {
        let output = try Program(words, input: input).end(within: 60)
        guard output.status == 0 else { throw Failed(words: words, output: output) }
        return output.out
    }

    struct Failed: Error, CustomStringConvertible {
        var words: [String]
        var output: Output
        var description: String { "\(words.joined(separator: " ")): status \(output.status): \(output.err)" }
    }
}
