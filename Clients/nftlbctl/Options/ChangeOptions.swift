// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol
import JSON

/// The options of every command that changes something.
struct ChangeOptions: ParsableArguments {
    @Flag(help: "Changes nothing; prints the transaction that would be made.")
    var dryRun = false

    @Option(help: ArgumentHelp("Refused (7) unless this is the current revision.", valueName: "revision"))
    var ifRevision: UInt64?

    @Option(help: ArgumentHelp("Kept with the revision.", valueName: "text"))
    var comment: String?

    /// Asks for a change and prints what became of it.
    func apply(
        _ global: GlobalOptions, _ fill: (inout ConfigurationApply.Parameters) -> Void
    ) throws(Failure) {
        var parameters = ConfigurationApply.Parameters()
        fill(&parameters)
        _ = try apply(global, parameters)
    }

    /// Asks for a change and prints what became of it.
    func apply(
        _ global: GlobalOptions, _ parameters: ConfigurationApply.Parameters
    ) throws(Failure) -> ConfigurationApply.Result {
        var parameters = parameters
        parameters.dryRun = dryRun
        parameters.ifRevision = ifRevision
        parameters.comment = comment
        let result = try global.connect().apply(parameters)
        global.printer.change(result)
        return result
    }

    /// Asks for one change.
    @discardableResult
    func apply(_ global: GlobalOptions, change: JSONObject) throws(Failure) -> ConfigurationApply.Result {
        var parameters = ConfigurationApply.Parameters()
        parameters.changes = [change]
        return try apply(global, parameters)
    }
}
