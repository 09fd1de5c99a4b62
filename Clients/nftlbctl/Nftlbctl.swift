// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol

/// `nftlbctl`: noun verb, data on standard output, everything else on standard error.
struct Nftlbctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nftlbctl",
        abstract: "Looks at and changes what nftlbd balances.",
        discussion: Help.examples([
            ("nftlbctl status", "what is up and what is not"),
            ("nftlbctl farm set web virtual-addr=192.0.2.10 virtual-ports=80,443", "a farm"),
            ("nftlbctl backend set web a ip-addr=198.51.100.1 weight=5", "a server for it"),
            ("nftlbctl backend set web a state=off", "no new clients for it"),
            ("nftlbctl backend drain web a --deadline 10m", "the same, and down when nobody is left"),
            ("nftlbctl explain tcp 203.0.113.7:41234 192.0.2.10:80", "which backend gets it, and why"),
            ("nftlbctl config apply -f farms.json", "all of a file, or nothing of it"),
            ("nftlbctl config diff -f farms.json --mode replace", "what that would change"),
        ]) + Help.exitStatuses,
        version: "nftlbctl \(Version.text)",
        subcommands: [
            ConfigNoun.self, FarmNoun.self, BackendNoun.self, AddressNoun.self, PolicyNoun.self,
            ClusterNoun.self, SessionNoun.self, StatusCommand.self, ExplainCommand.self,
            StatsCommand.self, TopCommand.self, EventsCommand.self, WaitNoun.self,
            CallCommand.self, DescribeCommand.self, CompletionCommand.self, ManualCommand.self,
        ])

    @OptionGroup(title: "Global options") var global: GlobalOptions
}
