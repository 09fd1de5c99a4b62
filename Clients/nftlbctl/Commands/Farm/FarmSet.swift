// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import JSON

/// `nftlbctl farm set`
struct FarmSet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Makes a farm or changes what is given of it.",
        discussion: Help.keys(.farm)
            + Help.examples([
                ("nftlbctl farm set web virtual-addr=192.0.2.10 virtual-ports=80,443", "a farm with one address"),
                ("nftlbctl farm set web scheduler=hash sched-param=srcip,srcport", "another way to choose"),
                ("nftlbctl farm set web state=off --comment maintenance", "no new connections"),
            ]))

    @Argument(help: "The farm.", completion: .farms) var farm: String
    @Argument(
        help: ArgumentHelp("Attributes; lists are joined with commas.", valueName: "key=value"),
        completion: .keys(.farm))
    var assignments: [Assignment] = []
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let members = try Assignment.members(assignments, of: .farm, at: ObjectPath(["farms", farm]))
        try change.apply(global, change: .setting(farm: farm, members))
    }
}

extension JSONObject {
    /// The change that makes a farm or changes members of it.
    static func setting(farm: String, _ members: JSONObject) -> JSONObject {
        ["set": ["farms": [.object(members.named(farm))]]]
    }

    /// The object with its name in front.
    func named(_ name: String) -> JSONObject {
        var object: JSONObject = ["name": .string(name)]
        for (key, value) in self { object.append(key, value) }
        return object
    }
}
