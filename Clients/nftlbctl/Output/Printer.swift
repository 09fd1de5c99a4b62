// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import Glibc
import JSON

/// Prints data in the form that was asked for.
struct Printer {
    let format: OutputFormat
    let isQuiet: Bool
    let style = Style(descriptor: STDOUT_FILENO)

    /// Data in one of three forms; only the one that is printed is made.
    func print(names: () -> [String], json: () -> JSONValue, table: () -> String) {
        switch format {
        case .table:
            let text = table()
            if text.isEmpty == false { Output.data(text) }
        case .json: self.json(json())
        case .name: for name in names() { Output.data(name) }
        }
    }

    /// JSON: indented on a terminal, one line otherwise.
    func json(_ value: JSONValue, indented: Bool = isatty(STDOUT_FILENO) == 1) {
        Output.data(String(decoding: value.serialized(indented ? .pretty(indent: 2) : .compact), as: UTF8.self))
    }

    /// A configuration: indented, unless it is for programs.
    func configuration(_ configuration: JSONObject) {
        switch format {
        case .table: json(.object(configuration), indented: true)
        case .json: json(.object(configuration))
        case .name:
            for name in configuration.members("farms").compactMap({ $0["name"]?.string }) { Output.data(name) }
        }
    }

    /// What became of a change.
    func change(_ result: ConfigurationApply.Result) {
        if let transaction = result.transaction, format != .json {
            if transaction.isEmpty == false { Output.data(transaction) }
        } else if format == .json {
            json(.object(result.object))
        } else if isQuiet == false {
            Output.data(format == .name ? "\(result.revision)" : "revision \(result.revision)")
        }
    }

    /// Something worth knowing that is not data.
    func note(_ text: String) {
        if isQuiet == false { Output.message(text) }
    }
}
