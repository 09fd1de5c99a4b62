// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser

/// `nftlbctl manual`: the manual pages that are made from declarations. For packages; people read them with man(1).
struct ManualCommand: ParsableCommand {
    /// A page.
    enum Page: String, ExpressibleByArgument, CaseIterable {
        case commands = "nftlbctl"
        case configuration = "nftlb.json"
        case protocolPage = "nftlb-rpc"
    }

    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Prints a manual page that is made from what this program declares.",
        shouldDisplay: false)

    @Argument(help: "The page.") var page: Page

    func run() {
        switch page {
        case .commands: print(CommandManual.text, terminator: "")
        case .configuration: print(ConfigurationManual.text, terminator: "")
        case .protocolPage: print(ProtocolManual.text, terminator: "")
        }
    }
}
