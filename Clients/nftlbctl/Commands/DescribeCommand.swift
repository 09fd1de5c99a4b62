// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol
import JSON

/// `nftlbctl describe`
struct DescribeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "Describes the methods that the daemon has, by its own words.",
        discussion: Help.examples([
            ("nftlbctl describe", "all methods"), ("nftlbctl describe configuration.apply", "one with its parameters"),
            ("nftlbctl describe -o json", "the OpenRPC document, with every attribute"),
        ]))

    @Argument(help: "The method; without it, all.", completion: .list(MethodCatalog.all.map { $0.name }))
    var method: String?
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let document = try global.connect().call(RPCDiscover.self)
        let all = document.members("methods")
        let methods = method.map { name in all.filter { $0["name"]?.string == name } } ?? all
        if let method, methods.isEmpty { throw Failure(.notFound, "the daemon has no method '\(method)'") }
        let printer = global.printer
        printer.print {
            methods.map { $0.text("name") }
        } json: {
            method == nil ? .object(document) : .object(methods[0])
        } table: {
            method == nil ? Self.list(methods, printer.style) : Self.detail(methods[0], printer.style)
        }
    }

    private static func list(_ methods: [JSONObject], _ style: Style) -> String {
        var table = Table(["METHOD", "ROLE", "SUMMARY"])
        for method in methods {
            table.append([
                Table.Cell(method.text("name")), Table.Cell(method.text("x-role")), Table.Cell(method.text("summary")),
            ])
        }
        return table.text(style)
    }

    private static func detail(_ method: JSONObject, _ style: Style) -> String {
        var text = "\(style.paint(method.text("name"), .bold)) (\(method.text("x-role")))\n\(method.text("summary"))"
        let parameters = method.members("params")
        guard parameters.isEmpty == false else { return text }
        var table = Table(["PARAMETER", "TYPE", "MEANING"])
        for parameter in parameters {
            let schema = parameter["schema"]?.object ?? JSONObject()
            let reference = schema["$ref"]?.string?.split(separator: "/").last.map(String.init)
            table.append([
                Table.Cell(parameter.text("name")), Table.Cell(reference ?? schema.text("type")),
                Table.Cell(parameter.text("description")),
            ])
        }
        text += "\n\n" + table.text(style)
        return text
    }
}

extension JSONObject {
    /// A member as text; empty when there is none.
    fileprivate func text(_ key: String) -> String { self[key]?.displayed ?? "" }
}
