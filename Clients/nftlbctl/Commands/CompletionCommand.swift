// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser

/// `nftlbctl completion`
struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "Prints the completion script of a shell.",
        discussion: Help.examples([
            ("source <(nftlbctl completion bash)", "for this bash"),
            ("nftlbctl completion zsh > /usr/local/share/zsh/site-functions/_nftlbctl", "for every zsh"),
            ("nftlbctl completion fish > ~/.config/fish/completions/nftlbctl.fish", "for every fish"),
        ]))

    /// The shells there are scripts for.
    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish
    }

    @Argument(help: "The shell: bash, zsh or fish.") var shell: Shell
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        switch shell {
        case .bash: Output.data(Nftlbctl.completionScript(for: .bash))
        case .zsh: Output.data(Nftlbctl.completionScript(for: .zsh))
        case .fish: Output.data(Nftlbctl.completionScript(for: .fish))
        }
    }
}
