// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import JSON

extension Dialect {
    /// The native form of a document of the C program's dialect, as lenient with values as that program is.
    ///
    /// Words that it does not know are the default, with its own sentence as a warning; integers are read as C's `atoi`
    /// does; what it only prints is left out; objects of one name are one object, and an address is one object whoever has
    /// it. Whether the values are allowed is seen when the result is decoded.
    ///
    /// - Throws: `invalid` with the place, where that program answers an error: an unknown key, a number below its least,
    ///   a rate or verdict that is none; and where it would have done something that nobody asked for.
    public static func translate(_ document: JSONValue) throws(BalancerError) -> ImportedDocument {
        var translation = Translation()
        let native = try translation.translate(document)
        return ImportedDocument(
            document: native, dialect: .legacy, renames: translation.renames,
            warnings: translation.reader.warnings.sentences.map(\.text))
    }
}
