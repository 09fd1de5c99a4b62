// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import BalancerProtocol
import JSON

/// `nftlbctl config diff`
struct ConfigDiff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Prints what `config apply` of a file would change, or what changed between revisions.",
        discussion: """
            Ends with 0 when nothing differs, with 1 when something does, and with more after an error.

            """
                + Help.examples([
                    ("nftlbctl config diff -f farms.json", "what is new in the file"),
                    ("nftlbctl config diff -f farms.json --mode replace", "and what the file lacks"),
                    ("nftlbctl config diff -f farms.json --rules", "down to elements and rules of the kernel"),
                    ("nftlbctl config diff 41 42", "what revision 42 changed"),
                    ("nftlbctl config diff 41", "all that changed since revision 41"),
                ]))

    @Option(
        name: [.customShort("f"), .customLong("file")],
        help: ArgumentHelp("The configuration; - reads standard input.", valueName: "file"), completion: .file())
    var path: String?
    @Argument(help: "Revisions; without the second one, the current one.") var revisions: [UInt64] = []
    @Flag(help: "Prints the transaction, too: elements and rules as nft text.") var rules = false
    @OptionGroup var apply: ModeOption
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        guard (path == nil) != revisions.isEmpty, revisions.count <= 2 else {
            throw ValidationError("give a file with -f, or one or two revisions")
        }
        if rules, path == nil { throw ValidationError("--rules needs a file") }
    }

    func run() throws {
        let plan: Plan
        do throws(Failure) {
            if let path {
                let content = try FileOptions.content(of: path, apply.mode, global.printer)
                plan = try Plan(content, apply.mode, rules, global)
            } else {
                plan = try Plan(between: revisions, global)
            }
        } catch {
            // 1 says that there are differences, so what failed ends with more.
            throw error.status == .failed ? Failure(.usage, error.message, hint: error.hint) : error
        }
        plan.print(global.printer)
        if plan.differences.isEmpty == false { throw ExitCode(1) }
    }
}
