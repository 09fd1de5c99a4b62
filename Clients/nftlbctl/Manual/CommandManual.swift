// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser

/// nftlbctl(1): each command by what it says of itself.
enum CommandManual {
    static var text: String {
        var page = ManualPage("nftlbctl", section: 1, summary: "looks at and changes what nftlbd balances")
        page.section("Synopsis")
        page.paragraph("`nftlbctl` noun verb [argument]... [option]...")
        page.section("Description")
        page.paragraph(
            "nftlbctl talks to nftlbd(8) through its socket. Data goes to standard output, everything else to standard "
                + "error. A change that is acknowledged is in the kernel and on disk; one that is refused has changed nothing, "
                + "and the message names the place.")
        page.section("Examples")
        page.example(paragraph("EXAMPLES", of: Nftlbctl.self))
        MaintenanceStory.append(to: &page)
        page.section("Commands")
        for command in Nftlbctl.configuration.subcommands { append(command, to: &page) }
        page.section("Global options")
        page.example(paragraph("GLOBAL OPTIONS", of: Nftlbctl.self))
        page.section("Exit status")
        page.example(paragraph("EXIT STATUS", of: Nftlbctl.self))
        page.section("Environment")
        page.item("NFTLB_SOCKET", ["The daemon's socket, unless `--socket` names it."])
        page.item("NO_COLOR", ["No colours, also on a terminal (https://no-color.org)."])
        page.section("See also")
        page.paragraph("nftlbd(8), nftlb.json(5), nftlb-rpc(7)")
        return page.text
    }

    private static func append(_ command: any ParsableCommand.Type, to page: inout ManualPage) {
        guard command.configuration.shouldDisplay else { return }
        let verbs = command.configuration.subcommands
        guard verbs.isEmpty else {
            for verb in verbs { append(verb, to: &page) }
            return
        }
        let usage = paragraph("USAGE", of: command)
        page.subsection(usage.split(separator: " ").prefix { !"<[-(".contains($0.first!) }.joined(separator: " "))
        page.paragraph(command.configuration.abstract)
        page.example(withoutGlobalOptions(usage))
        for title in ["ARGUMENTS", "OPTIONS OF CHANGES", "OPTIONS", "EXAMPLES"] {
            let lines = paragraph(title, of: command)
            if title == "OPTIONS", withoutStandardOptions(lines).isEmpty { continue }
            if !lines.isEmpty { page.example(title == "OPTIONS" ? withoutStandardOptions(lines) : lines) }
        }
    }

    /// A paragraph of a command's help, without its title.
    private static func paragraph(_ title: String, of command: any ParsableCommand.Type) -> String {
        let help = Nftlbctl.helpMessage(for: command, columns: 100)
        for part in help.split(separator: "\n\n") where part.hasPrefix("\(title):") {
            let lines = part.dropFirst(title.count + 1).split(separator: "\n")
            let indentation = lines.map { $0.prefix { $0 == " " }.count }.min() ?? 0
            return lines.map { $0.dropFirst(indentation) }.joined(separator: "\n")
        }
        return ""
    }

    /// What every command takes stands once, in a section of its own.
    private static func withoutGlobalOptions(_ usage: String) -> String {
        usage.replacing(" [--socket <path>] [--output <output>] [--quiet] [--timeout <duration>]", with: "")
    }

    private static func withoutStandardOptions(_ lines: String) -> String {
        lines.split(separator: "\n").filter { !$0.contains("--version") && !$0.contains("-h, --help") }
            .joined(separator: "\n")
    }
}
