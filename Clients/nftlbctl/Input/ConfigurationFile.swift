// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import LegacyDialect

/// A configuration in a file, in either dialect.
enum ConfigurationFile {
    /// The file in the native dialect. What cannot be read is refused with its place; what was taken for something
    /// else than it says is noted.
    static func decode(_ bytes: [UInt8], name: String, _ printer: Printer) throws(Failure) -> ImportedDocument {
        do throws(BalancerError) {
            let imported = try Dialect.read(bytes)
            for warning in imported.warnings { printer.note("warning: \(name): \(warning)") }
            return imported
        } catch {
            var failure = Failure(error)
            failure.message = "\(name): \(failure.message)"
            throw failure
        }
    }
}
