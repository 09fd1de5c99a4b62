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
    /// What was taken for something else than it says, a sentence each; empty for a native document.
    public var warnings: [String]
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
        switch try detect(document) {
        case .native: return ImportedDocument(document: document, dialect: .native, warnings: [])
        case .legacy:
            let (translated, warnings) = try translate(value)
            return ImportedDocument(document: translated, dialect: .legacy, warnings: warnings)
        }
    }

    private static func refusal(_ error: JSONError, _ bytes: [UInt8]) -> BalancerError {
        let (line, column) = error.location(in: bytes)
        return BalancerError(.invalid, "not JSON: line \(line), column \(column): \(error.reason)")
    }
}
