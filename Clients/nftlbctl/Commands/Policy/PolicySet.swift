// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import JSON

/// `nftlbctl policy set`
struct PolicySet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Makes a policy or changes what is given of it.",
        discussion: Help.keys(.policy)
            + Help.examples([
                ("nftlbctl policy set spam", "an empty black list"),
                ("nftlbctl policy set friends type=whitelist family=ipv6", "a white list"),
            ]))

    @Argument(help: "The policy; made when it is missing.", completion: .policies) var policy: String
    @Argument(help: ArgumentHelp("Attributes.", valueName: "key=value"), completion: .keys(.policy))
    var assignments: [Assignment] = []
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let members = try Assignment.members(assignments, of: .policy, at: PolicyNoun.path(policy))
        let document: JSONObject = ["policies": [.object(members.named(policy))]]
        try change.apply(global, change: ["set": .object(document)])
    }
}

/// `nftlbctl policy delete`
struct PolicyDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Deletes a policy that nobody names any more.",
        discussion: Help.examples([("nftlbctl policy delete spam", "with its elements")]))

    @Argument(help: "The policy.", completion: .policies) var policy: String
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        try change.apply(global, change: ["delete": .string(PolicyNoun.path(policy).description)])
    }
}
