// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation

/// The built program, run as people run it.
struct Program {
    let status: Int32
    let output: String
    let errors: String

    /// Runs `nftlbctl`, which is built beside the tests.
    static func run(
        _ arguments: [String], program: URL = path, socket: String? = nil, input: String = "",
        environment: [String: String] = [:]
    ) throws -> Program {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        var variables = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        variables["NFTLB_SOCKET"] = socket ?? "/nowhere/nftlb.sock"
        process.environment = variables
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stderr
        try process.run()
        try? stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try? stdin.fileHandleForWriting.close()
        // What is on standard error fits into its pipe.
        let output = stdout.fileHandleForReading.readDataToEndOfFile()
        let errors = stderr.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Program(
            status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
            output: String(decoding: output, as: UTF8.self), errors: String(decoding: errors, as: UTF8.self))
    }

    /// The folder of this process holds every program that was built.
    static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "nftlbctl")
}
