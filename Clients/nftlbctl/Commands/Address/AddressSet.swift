// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel

/// `nftlbctl address set`
struct AddressSet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Makes an address or changes what is given of it.",
        discussion: Help.keys(.farmAddress)
            + Help.examples([
                ("nftlbctl address set web v6 ip-addr=2001:db8::10 ports=80,443", "one more address of a farm"),
                ("nftlbctl address set web v6 ports=80,8080-8090", "other ports"),
                ("nftlbctl address set vip ip-addr=192.0.2.10 ports=443", "one outside of farms"),
                ("nftlbctl address set web vip", "the farm has that one"),
            ]))

    @Argument(
        help: ArgumentHelp(
            "The address outside of farms, or a farm and its address; then attributes, lists joined with commas.",
            valueName: "[farm] address [key=value]"),
        completion: .addressesAndKeys)
    var words: [String]
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        _ = try split()
    }

    func run() throws {
        let (place, assignments) = try split()
        let members = try Assignment.members(assignments, of: place.kind, at: place.path)
        try change.apply(global, change: place.setting(members))
    }

    /// The names stand before the first word with an equals sign; the first word is a name in any case.
    private func split() throws(ValidationError) -> (AddressPlace, [Assignment]) {
        let end = words.dropFirst().firstIndex { $0.contains("=") } ?? words.endIndex
        var assignments: [Assignment] = []
        for word in words[end...] {
            guard let assignment = Assignment(argument: word) else {
                throw ValidationError("'\(word)' is not key=value.")
            }
            assignments.append(assignment)
        }
        return (try AddressPlace(Array(words[..<end])), assignments)
    }
}
