// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

enum JSONTarget {
    static let words = [
        "{", "}", "[", "]", "\"", ":", ",", "null", "true", "false", "-0", "1e308", "1E-400", "0.1",
        "18446744073709551615", "-9223372036854775808", "99999999999999999999", "\\u0000", "\\ud83d\\ude00", "\\udc00",
        "\\\"", "\u{feff}", "\u{7f}", "\u{10ffff}",
    ]

    static func check(_ input: [UInt8]) throws(Finding) {
        for duplicates in [JSONReader.DuplicateKeys.refused, .lastWins] {
            let options = JSONReader.Options(maximumDepth: 16, duplicateKeys: duplicates)
            let value: JSONValue
            let whole = Result { () throws(JSONError) in try JSONValue(parsing: input, options: options) }
            guard inParts(input, options) == whole else { throw Finding("read in parts, it is something else") }
            do throws(JSONError) {
                value = try whole.get()
            } catch {
                guard (0...input.count).contains(error.offset) else { throw Finding("an error outside: \(error)") }
                continue
            }
            for style in [JSONStyle.compact, .pretty(indent: 2)] {
                let text = value.serialized(style)
                guard let again = try? JSONValue(parsing: text, options: options), again == value else {
                    throw Finding("written, it is another value: \(String(decoding: text, as: UTF8.self))")
                }
            }
        }
    }

    private static func inParts(
        _ input: [UInt8], _ options: JSONReader.Options
    ) -> Result<JSONValue, JSONError> {
        Result { () throws(JSONError) in
            var text = try JSONText(input, options: options)
            while true { if let value = try text.advance(bytes: 1) { return value } }
        }
    }
}
