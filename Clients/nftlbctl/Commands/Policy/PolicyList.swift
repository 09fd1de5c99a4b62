// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import JSON

/// `nftlbctl policy list`
struct PolicyList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the policies.",
        discussion: Help.examples([("nftlbctl policy list", "how many elements each has")]))

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let policies = try Declared(global.connect()).policies
        global.printer.print {
            policies.map(\.name)
        } json: {
            .array(policies.map { .object($0.json) })
        } table: {
            var table = Table(["POLICY", "TYPE", "FAMILY", "ELEMENTS"])
            for policy in policies {
                table.append([
                    Table.Cell(policy.name), Table.Cell(policy.text("type")), Table.Cell(policy.text("family")),
                    Table.Cell("\(policy.members("elements", .element).count)"),
                ])
            }
            return table.text(global.printer.style)
        }
    }
}

/// `nftlbctl policy get`
struct PolicyGet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Shows one policy and its elements.",
        discussion: Help.examples([("nftlbctl policy get spam", "its attributes, then its elements, one a line")]))

    @Argument(help: "The policy.", completion: .policies) var policy: String
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        guard let found = try Declared(global.connect()).policies.first(where: { $0.name == policy }) else {
            throw Failure(.notFound, "there is no policy '\(policy)'")
        }
        global.printer.print {
            [found.name]
        } json: {
            .object(found.json)
        } table: {
            let elements = found.json.members("elements").map { element in
                let time = element["time"].map { " for \($0.displayed) s" } ?? ""
                return (element["data"]?.string ?? "") + time
            }
            let attributes = found.attributeTable.text(global.printer.style)
            return elements.isEmpty ? attributes : attributes + "\n\n" + elements.joined(separator: "\n")
        }
    }
}
