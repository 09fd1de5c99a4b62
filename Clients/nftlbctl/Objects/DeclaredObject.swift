// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// An object of a configuration in the native dialect, with the defaults that it does not write.
struct DeclaredObject {
    let kind: ObjectKind
    let json: JSONObject

    init(_ kind: ObjectKind, _ json: JSONObject) {
        self.kind = kind
        self.json = json
    }

    var name: String { json["name"]?.string ?? "" }

    /// The value of an attribute, or its default.
    func value(_ key: String) -> JSONValue {
        json[key] ?? Self.defaults[kind]?[key] ?? .null
    }

    /// The defaults of every kind, by key.
    private static let defaults = Dictionary(
        uniqueKeysWithValues: ObjectKind.allCases.map { kind in
            let rows = kind.attributes.compactMap { row in row.defaultValue.map { (row.key, $0) } }
            return (kind, Dictionary(uniqueKeysWithValues: rows))
        })

    /// The value for people.
    func text(_ key: String) -> String { value(key).displayed }

    /// The objects in a list of this object.
    func members(_ key: String, _ kind: ObjectKind) -> [DeclaredObject] {
        json.members(key).map { DeclaredObject(kind, $0) }
    }

    var farmAddresses: [DeclaredObject] { members("addresses", .farmAddress) }
    var backends: [DeclaredObject] { members("backends", .backend) }
}

extension JSONObject {
    /// The objects in a list.
    func members(_ key: String) -> [JSONObject] { self[key]?.array?.compactMap(\.object) ?? [] }
}

extension JSONValue {
    /// The value as it is shown in tables, and accepted on the command line.
    var displayed: String {
        switch self {
        case .null: ""
        case .string(let text): text
        case .array(let values): values.map(\.displayed).joined(separator: ",")
        case .bool, .number, .object: String(decoding: serialized(), as: UTF8.self)
        }
    }
}
