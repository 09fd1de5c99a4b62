// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import JSON

/// The options of commands that read a configuration.
struct FileOptions: ParsableArguments {
    @Option(
        name: [.customShort("f"), .customLong("file")],
        help: ArgumentHelp("The configuration; - reads standard input.", valueName: "file"), completion: .file())
    var path: String

    /// The configuration in the native dialect.
    func configuration(_ printer: Printer) throws(Failure) -> JSONObject {
        try ConfigurationFile.decode(try InputFile.read(path), name: path == "-" ? "standard input" : path, printer)
    }
}
