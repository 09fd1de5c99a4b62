// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import BalancerProtocol
import JSON

/// `nftlbctl config diff`
struct ConfigDiff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Prints what `config apply` of a file would change.",
        discussion: """
            Ends with 0 when it would change nothing, with 1 when it would, and with more after an error.

            """
                + Help.examples([
                    ("nftlbctl config diff -f farms.json", "what is new in the file"),
                    ("nftlbctl config diff -f farms.json --mode replace", "and what the file lacks"),
                ]))

    @OptionGroup var file: FileOptions
    @OptionGroup var apply: ModeOption
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let differences: [Difference]
        do throws(Failure) {
            differences = Difference.list(try delta())
        } catch {
            // 1 says that there are differences, so what failed ends with more.
            throw error.status == .failed ? Failure(.usage, error.message, hint: error.hint) : error
        }
        let printer = global.printer
        printer.print {
            differences.map(\.object).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
        } json: {
            .array(differences.map(\.json))
        } table: {
            differences.map { $0.text(printer.style) }.joined(separator: "\n")
        }
        if differences.isEmpty == false { throw ExitCode(1) }
    }

    private func delta() throws(Failure) -> ConfigurationDelta {
        let document = try file.configuration(global.printer)
        let current = try global.connect().configuration().configuration
        do throws(BalancerError) {
            var draft = Draft(on: try Configuration(json: .object(current)))
            try draft.apply(configuration: document, mode: apply.mode)
            return draft.delta
        } catch {
            throw Failure(error)
        }
    }
}
