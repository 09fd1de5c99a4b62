// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol

/// The option of changes that are taken back unless somebody confirms them.
struct ConfirmOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The change is taken back after this time unless `config confirm` comes, whatever happens meanwhile.",
            valueName: "duration"))
    var confirm: TimeSpan?

    /// The time, in whole seconds.
    func time() throws(Failure) -> ConfirmationTime? {
        guard let confirm else { return nil }
        let (seconds, rest) = confirm.duration.components
        guard let time = ConfirmationTime(Int(seconds) + (rest > 0 ? 1 : 0)) else {
            throw Failure(.usage, "--confirm takes a time from 1s to 24h")
        }
        return time
    }

    /// Says what happens next.
    func remind(_ result: ConfigurationApply.Result, _ change: ChangeOptions, _ global: GlobalOptions) {
        guard confirm != nil, !change.dryRun else { return }
        global.printer.note(
            result.confirmWithin.map { "taken back in \($0)s unless `nftlbctl config confirm` comes" }
                ?? "nothing has changed: there is nothing to confirm")
    }
}
