// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol
import JSON

/// `nftlbctl config history`
struct ConfigHistory: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Lists the changes that were made, the newest first.",
        discussion: """
            The daemon keeps the last 10,000, as long as they take no more than 64 MiB. FROM is the socket through which a change
            came, or what made it: configuration (a file at the start of the daemon), expiry (elements of policies ended),
            confirmation (a change was not confirmed in time).

            """
                + Help.examples([
                    ("nftlbctl config history --limit 10", "what happened lately"),
                    ("nftlbctl config diff 41 42", "what revision 42 changed"),
                    ("nftlbctl config rollback 41", "undo it"),
                ]))

    @Option(help: "How many; without it, all that are kept.") var limit: Int?
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is 1 or more") }
    }

    func run() throws {
        let revisions = try global.connect().history(limit: limit ?? .max)
        let printer = global.printer
        printer.print {
            revisions.map { "\($0.revision)" }
        } json: {
            .array(revisions.map { .object($0.object) })
        } table: {
            guard !revisions.isEmpty else { return "" }
            var table = Table(["REVISION", "WHEN", "WHO", "FROM", "OBJECTS", "COMMENT"])
            for entry in revisions {
                table.append([
                    Table.Cell("\(entry.revision)", .bold), Table.Cell(Moment.text(entry.time)),
                    Table.Cell(Moment.user(entry.user)), Table.Cell(entry.origin), Table.Cell("\(entry.objects)"),
                    Table.Cell(entry.comment ?? ""),
                ])
            }
            return table.text(printer.style)
        }
    }
}
