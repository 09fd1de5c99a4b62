// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import EventLoop
import Glibc

/// Does what the command line asks for.
func run(_ options: Options) throws(Failure) {
    switch options.action {
    case .help: OwnProcess.print(Options.helpText)
    case .version: OwnProcess.print("nftlbd \(Version.text)\n")
    case .check:
        let file = try ConfigurationFile(path: options.configuration ?? "")
        for warning in file.warnings { OwnProcess.print("nftlbd: \(warning)\n", to: STDERR_FILENO) }
    case .serve, .once: try Daemon(options, journal: Journal(identifier: "nftlbd")).run()
    }
}

do throws(UsageError) {
    let options = try Options(
        arguments: Array(CommandLine.arguments.dropFirst()), environment: OwnProcess.environment)
    do throws(Failure) {
        try run(options)
    } catch {
        if options.action == .serve {
            Journal(identifier: "nftlbd").send(.ended, error.reason)
        } else {
            OwnProcess.print("nftlbd: \(error.reason)\n", to: STDERR_FILENO)
        }
        exit(error.status.rawValue)
    }
} catch {
    OwnProcess.print("nftlbd: \(error.reason)\nnftlbd --help lists the options\n", to: STDERR_FILENO)
    exit(ExitStatus.usage.rawValue)
}
