// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser

/// The options of every command, accepted before the noun and after the verb.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The daemon's socket (default: $NFTLB_SOCKET, else \(Daemon.defaultSocket)).", valueName: "path"),
        completion: .file())
    var socket: String?

    @Option(name: .shortAndLong, help: "How data is printed.")
    var output = OutputFormat.table

    @Flag(name: .shortAndLong, help: "Says nothing but errors and the data that was asked for.")
    var quiet = false

    @Option(help: ArgumentHelp("How long one answer may take, like 500ms, 5s or 2m.", valueName: "duration"))
    var timeout = TimeSpan(.seconds(30))

    /// The way to standard output.
    var printer: Printer { Printer(format: output, isQuiet: quiet) }

    /// A connection to the daemon.
    func connect() throws(Failure) -> Daemon {
        try Daemon(socket: Daemon.socket(option: socket), timeout: timeout.duration)
    }
}

/// How data is printed.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    /// For people.
    case table
    /// For programs: indented on a terminal, one line otherwise.
    case json
    /// Names only, one per line.
    case name
}

/// A duration on the command line: a number with `ms`, `s`, `m` or `h`; without a unit, seconds.
struct TimeSpan: ExpressibleByArgument {
    let duration: Duration

    init(_ duration: Duration) {
        self.duration = duration
    }

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        guard let number = UInt32(digits), number > 0 else { return nil }
        switch argument.dropFirst(digits.count) {
        case "ms": duration = .milliseconds(Int(number))
        case "", "s": duration = .seconds(Int(number))
        case "m": duration = .seconds(Int(number) * 60)
        case "h": duration = .seconds(Int(number) * 3_600)
        default: return nil
        }
    }

    var defaultValueDescription: String { "\(duration.components.seconds)s" }
}
