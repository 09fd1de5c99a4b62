// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import JSON

extension Dialect {
    /// Which dialect a document is written in: legacy when at least one attribute whose value is a number, a boolean or an
    /// array is given as a string, and none with its native type; native when there is no such string.
    ///
    /// - Throws: `invalid` with both places when there are both.
    public static func detect(_ document: JSONObject) throws(BalancerError) -> Dialect {
        var evidence = Evidence()
        for (key, value) in document {
            guard let table = KindTable.lists[key] else { continue }
            evidence.collect(value, table, key)
        }
        guard let string = evidence.string else { return .native }
        guard let typed = evidence.typed else { return .legacy }
        throw BalancerError(
            .invalid, at: string, "a string here, and \(typed) has its type: two dialects in one document",
            hint: "write all values as strings, or none")
    }
}

/// What speaks for either dialect: the first place of each.
private struct Evidence {
    /// A number, boolean or array written as a string.
    var string: ObjectPath?
    /// One written with its type.
    var typed: ObjectPath?
    private var place: [String] = []

    mutating func collect(_ list: JSONValue, _ table: KindTable, _ key: String) {
        guard case .array(let values) = list else { return }
        place.append(key)
        for (position, value) in values.enumerated() {
            guard case .object(let object) = value else { continue }
            place.append(table.name(of: object, at: position))
            collect(object, table)
            place.removeLast()
        }
        place.removeLast()
    }

    private mutating func collect(_ object: JSONObject, _ table: KindTable) {
        for (key, value) in object {
            guard let type = table.attributes[key]?.type else { continue }
            if case .objects(let kind) = type {
                collect(value, KindTable.of(kind), key)
            } else if string == nil, type.isTyped, case .string = value {
                string = ObjectPath(place + [key])
            } else if typed == nil, type.isNative(value) {
                typed = ObjectPath(place + [key])
            }
        }
    }
}

extension AttributeType {
    /// Whether its native values are numbers, booleans or arrays of scalars.
    fileprivate var isTyped: Bool {
        switch self {
        case .number, .port, .boolean, .words, .ports: true
        default: false
        }
    }

    /// Whether a value has the native type, where that is not a string in both dialects.
    fileprivate func isNative(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.number, .number), (.port, .number), (.port, .null), (.boolean, .bool), (.words, .array),
            (.ports, .array):
            true
        default: false
        }
    }
}
