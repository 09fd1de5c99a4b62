// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import BalancerProtocol
import JSON
import LegacyDialect

/// The options of commands that read a configuration.
struct FileOptions: ParsableArguments {
    @Option(
        name: [.customShort("f"), .customLong("file")],
        help: ArgumentHelp("The configuration; - reads standard input.", valueName: "file"), completion: .file())
    var path: String

    /// The configuration in the native dialect.
    func configuration(_ printer: Printer) throws(Failure) -> ImportedDocument {
        try Self.configuration(of: path, printer)
    }

    private static func configuration(of path: String, _ printer: Printer) throws(Failure) -> ImportedDocument {
        try ConfigurationFile.decode(try InputFile.read(path), name: path == "-" ? "standard input" : path, printer)
    }

    /// How the configuration of a file is applied: a document, or changes where it renames something.
    static func content(of path: String, _ mode: ApplyMode, _ printer: Printer) throws(Failure) -> FileContent {
        let imported = try configuration(of: path, printer)
        if imported.renames.isEmpty { return .document(imported.document) }
        guard mode == .replace else { return .changes(imported.changes) }
        do { return .document(try imported.replacement()) } catch { throw Failure(error) }
    }
}

/// What a file asks for.
enum FileContent {
    /// A document to merge or to put in the place of what is there.
    case document(JSONObject)
    /// Changes, as one.
    case changes([Change])

    /// The request that applies it.
    func parameters(_ mode: ApplyMode) -> ConfigurationApply.Parameters {
        var parameters = ConfigurationApply.Parameters()
        switch self {
        case .document(let document):
            parameters.configuration = document
            parameters.mode = mode
        case .changes(let changes): parameters.changes = changes.compactMap(\.json.object)
        }
        return parameters
    }
}
