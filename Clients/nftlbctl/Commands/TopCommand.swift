// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol
import Glibc
import JSON

/// `nftlbctl top`
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top", abstract: "Shows what farms and backends do now, again and again.",
        discussion: """
            Connections and bytes that come in a second, connections that stand, states. Keys: q ends it; n, c, b, e and s sort by
            name, connections, bytes, established connections and state. A narrow terminal shows fewer columns.

            """
                + Help.examples([
                    ("nftlbctl top --sort bytes", "who moves most"),
                    ("nftlbctl top --once web", "the same once, for scripts"),
                ]))

    @Argument(help: "Farms; without any, all.", completion: .farms) var farms: [String] = []
    @Flag(help: "Prints the table once and ends.") var once = false
    @Option(help: "By what farms, and the backends of each, are sorted.") var sort = TopOrder.connections
    @Option(help: ArgumentHelp("Between two looks, like 500ms or 5s.", valueName: "duration"))
    var interval = TimeSpan(.seconds(1))
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let daemon = try global.connect()
        if once { return try printOnce(daemon) }
        guard let terminal = Terminal.open() else {
            throw Failure(.usage, "this is no terminal", hint: "--once prints the table")
        }
        Interruption.watch()
        do throws(Failure) { try show(daemon, on: terminal) } catch {
            // The terminal is given back before anything is said.
            throw error
        }
    }

    private func printOnce(_ daemon: Daemon) throws(Failure) {
        let first = try daemon.sample(farms)
        usleep(UInt32(clamping: milliseconds * 1000))
        let second = try daemon.sample(farms)
        let lines = sort.sorted(second.lines(since: first))
        global.printer.print {
            lines.map(\.farm)
        } json: {
            ["farms": .array(lines.map(\.json))]
        } table: {
            let width = isatty(STDOUT_FILENO) == 1 ? Terminal.size.width : 200
            let screen = TopScreen(width: width, height: nil, style: global.printer.style)
            return screen.lines(head(second, sort), lines).map(\.trimmingEnd).joined(separator: "\n")
        }
    }

    private func show(_ daemon: Daemon, on terminal: Terminal) throws(Failure) {
        var order = sort
        var before: TopSample?
        while !Interruption.isDue {
            let sample = try daemon.sample(farms)
            let end = ContinuousClock.now + interval.duration
            while true {
                let size = Terminal.size
                let screen = TopScreen(width: size.width, height: size.height, style: global.printer.style)
                terminal.draw(screen.lines(head(sample, order), order.sorted(sample.lines(since: before))))
                // A key is looked for even when drawing took the whole time: one must be able to end it.
                let rest = max(end - ContinuousClock.now, .zero)
                guard !Interruption.isDue else { break }
                guard let key = terminal.key(within: rest) else {
                    if ContinuousClock.now < end { continue } else { break }
                }
                if key == UInt8(ascii: "q") { return }
                order = TopOrder(key: key) ?? order
            }
            before = sample
        }
    }

    private func head(_ sample: TopSample, _ order: TopOrder) -> String {
        let down = sample.farms.count { $0.operational == .down }
        return "\(sample.farms.count) farms, \(down) down, by \(order.rawValue)"
    }

    private var milliseconds: Int {
        let (seconds, rest) = interval.duration.components
        return Int(seconds) * 1000 + Int(rest / 1_000_000_000_000_000)
    }
}

extension String {
    /// Without spaces at its end.
    fileprivate var trimmingEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
