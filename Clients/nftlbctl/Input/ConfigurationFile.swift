// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// A configuration in a file.
enum ConfigurationFile {
    /// The document in the native dialect. What cannot be read is refused with its place.
    static func decode(_ bytes: [UInt8], name: String, _ printer: Printer) throws(Failure) -> JSONObject {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: bytes)
        } catch {
            throw Failure(.refused, "\(name) is not JSON: \(error)")
        }
        guard let object = json.object else { throw Failure(.refused, "\(name) does not hold an object") }
        return object
    }
}
