// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import JSON

/// What a change would do, or did.
struct Plan {
    /// Object by object.
    let differences: [Difference]
    /// Elements and rules as nft text, where they were asked for.
    private(set) var transaction: String?

    /// What applying a file would do. The configuration that it is compared with and the transaction are of one revision.
    init(_ content: FileContent, _ mode: ApplyMode, _ rules: Bool, _ global: GlobalOptions) throws(Failure) {
        let daemon = try global.connect()
        var attempts = 5
        while true {
            let current = try daemon.configuration()
            let delta = try Self.delta(content, mode, on: current.configuration)
            guard rules else {
                differences = Difference.list(delta)
                return
            }
            do throws(Failure) {
                var parameters = content.parameters(mode)
                parameters.dryRun = true
                parameters.ifRevision = current.revision
                transaction = try daemon.apply(parameters).transaction ?? ""
                differences = Difference.list(delta)
                return
            } catch {
                attempts -= 1
                guard error.status == .conflict, attempts > 0 else { throw error }
            }
        }
    }

    /// What changed from one revision to another, or to the current one.
    init(between revisions: [UInt64], _ global: GlobalOptions) throws(Failure) {
        let daemon = try global.connect()
        let before = try daemon.configuration(at: revisions[0]).configuration
        let after =
            try revisions.count > 1
            ? daemon.configuration(at: revisions[1]).configuration : daemon.configuration().configuration
        do throws(BalancerError) {
            differences = Difference.list(
                try Configuration(json: .object(before)).difference(to: try Configuration(json: .object(after))))
        } catch {
            throw Failure(error)
        }
    }

    private static func delta(
        _ content: FileContent, _ mode: ApplyMode, on current: JSONObject
    ) throws(Failure) -> ConfigurationDelta {
        do throws(BalancerError) {
            var draft = Draft(on: try Configuration(json: .object(current)))
            switch content {
            case .document(let document): try draft.apply(configuration: document, mode: mode)
            case .changes(let changes): try draft.apply(changes)
            }
            return draft.delta
        } catch {
            throw Failure(error)
        }
    }

    /// Prints it: a line for each difference, then the transaction.
    func print(_ printer: Printer) {
        let list = JSONValue.array(differences.map(\.json))
        printer.print {
            differences.map(\.object).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
        } json: {
            transaction.map { ["differences": list, "transaction": .string($0)] } ?? list
        } table: {
            let lines = differences.map { $0.text(printer.style) }.joined(separator: "\n")
            guard let transaction, !transaction.isEmpty else { return lines }
            return lines + "\n\n" + transaction
        }
    }
}
