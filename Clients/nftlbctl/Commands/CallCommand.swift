// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol
import JSON

/// `nftlbctl call`
struct CallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call", abstract: "Calls a method of the protocol and prints the bare result.",
        discussion: Help.examples([
            ("nftlbctl call service.info", "who is there"),
            (#"nftlbctl call configuration.get '{"limit":10}'"#, "the first ten farms"),
            (#"nftlbctl call configuration.apply '{"changes":[{"delete":"/farms/web"}]}'"#, "a change"),
            ("nftlbctl describe", "which methods there are"),
        ]))

    @Argument(help: "The method.", completion: .list(MethodCatalog.all.map { $0.name })) var method: String
    @Argument(help: ArgumentHelp("Parameters: an object or an array; - reads them.", valueName: "json"))
    var parameters: String?
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let parameters = try decoded()
        let result = try global.connect().call(method, parameters)
        global.printer.json(result)
    }

    private func decoded() throws(Failure) -> RequestParameters {
        guard let parameters else { return .none }
        let bytes = parameters == "-" ? try InputFile.read("-") : Array(parameters.utf8)
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: bytes)
        } catch {
            throw Failure(.usage, "the parameters are not JSON: \(error)")
        }
        switch json {
        case .object(let object): return .named(object)
        case .array(let values): return .positional(values)
        case .null, .bool, .number, .string: throw Failure(.usage, "parameters are an object or an array")
        }
    }
}
