// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import ArgumentParser
public import BalancerModel

/// The option of commands that compare a file with what is there.
struct ModeOption: ParsableArguments {
    @Option(help: "merge: only what the file says; replace: what it lacks is deleted.")
    var mode = ApplyMode.merge
}

extension ApplyMode: ExpressibleByArgument {}
