// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import JSON

/// A configuration from a file of either dialect, in the native one.
public struct ImportedDocument: Sendable, Hashable {
    /// The native document; whether its values are allowed is seen when it is decoded.
    public var document: JSONObject
    /// The dialect it was written in.
    public var dialect: Dialect
    /// Renames that the C program's dialect asks for with `newname`, to be done after the document in the same request.
    public var renames: [Change]
    /// What was taken for something else than it says, a sentence each; empty for a native document.
    public var warnings: [String]

    /// What merges it: the document, then the renames.
    public var changes: [Change] { [.set(document)] + renames }

    /// The document, for those who replace a configuration by it.
    ///
    /// - Throws: `invalid` with the place when it renames something: what it replaces is not there any more.
    public func replacement() throws(BalancerError) -> JSONObject {
        for case .rename(let path, _) in renames {
            throw BalancerError(
                .invalid, at: path.appending("newname"), "a document that replaces all renames nothing",
                hint: "give the object its new name, or merge the document")
        }
        return document
    }
}

extension Dialect {
    /// Reads a configuration of either dialect.
    ///
    /// - Throws: `invalid` when it is not JSON, with line and column; or when it is of neither or of both dialects, with
    ///   the place.
    public static func read(_ bytes: [UInt8]) throws(BalancerError) -> ImportedDocument {
        let (value, duplicate) = try parse(bytes)
        let imported = try understand(value)
        // The C program takes the last of equal keys; the native dialect refuses them.
        if let duplicate, imported.dialect == .native { throw refusal(duplicate, bytes) }
        return imported
    }

    /// The value of a text, and the first duplicate key that was passed over for it.
    private static func parse(_ bytes: [UInt8]) throws(BalancerError) -> (value: JSONValue, duplicate: JSONError?) {
        do throws(JSONError) {
            return (try JSONValue(parsing: bytes), nil)
        } catch {
            guard case .duplicateKey = error.reason else { throw refusal(error, bytes) }
            do throws(JSONError) {
                let options = JSONReader.Options(duplicateKeys: .lastWins)
                return (try JSONValue(parsing: bytes, options: options), error)
            } catch {
                throw refusal(error, bytes)
            }
        }
    }

    private static func understand(_ value: JSONValue) throws(BalancerError) -> ImportedDocument {
        guard case .object(let document) = value else {
            throw BalancerError(.invalid, at: .root, "expected an object, found \(value.kind)")
        }
        return switch try detect(document) {
        case .native: ImportedDocument(document: document, dialect: .native, renames: [], warnings: [])
        case .legacy: try translate(value)
        }
    }

    private static func refusal(_ error: JSONError, _ bytes: [UInt8]) -> BalancerError {
        let (line, column) = error.location(in: bytes)
        return BalancerError(.invalid, "not JSON: line \(line), column \(column): \(error.reason)")
    }
}
