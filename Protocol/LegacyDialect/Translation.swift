// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// One document on its way from the C program's dialect to the native one.
struct Translation {
    var warnings = Warnings()
    /// Where the translation is, for errors.
    var place: [String] = []

    mutating func translate(_ value: JSONValue) throws(BalancerError) -> JSONObject {
        guard case .object(let document) = value else { throw refused("expected an object, found \(value.kind)") }
        var native = JSONObject()
        for (key, value) in document {
            place.append(key)
            guard let table = KindTable.lists[key] else {
                throw refused(
                    KindTable.knownKeys.contains(key) ? "'\(key.shown)' does not belong here" : unknown(key),
                    hint: "a configuration has farms, policies and addresses")
            }
            native[key] = .array(try list(value, table))
            place.removeLast()
        }
        return native
    }

    /// The objects of a list. Those with the same name are one: what comes later updates what came before.
    private mutating func list(_ value: JSONValue, _ table: KindTable) throws(BalancerError) -> [JSONValue] {
        guard case .array(let values) = value else { throw refused("expected an array, found \(value.kind)") }
        var objects: [JSONValue] = []
        var positions: [String: Int] = [:]
        objects.reserveCapacity(values.count)
        for (position, value) in values.enumerated() {
            guard case .object(let members) = value else {
                place.append("\(position)")
                throw refused("expected an object, found \(value.kind)")
            }
            place.append(table.name(of: members, at: position))
            let native = try object(members, table)
            place.removeLast()
            if table.kind == .session, native["backend"] == "UNDEFINED" {
                warnings.append("A session without backend was left out")
                continue
            }
            let identifier = native[table.identifier]?.string
            if let identifier, let known = positions[identifier] {
                objects[known] = .object(Self.merge(native, into: objects[known].object ?? JSONObject(), table))
            } else {
                if let identifier { positions[identifier] = objects.count }
                objects.append(.object(native))
            }
        }
        return objects
    }

    /// What an object says after a second one of its name was read.
    private static func merge(_ later: JSONObject, into earlier: JSONObject, _ table: KindTable) -> JSONObject {
        var merged = earlier
        for (key, value) in later {
            guard case .objects(let kind)? = table.attributes[key]?.type, case .array(let old)? = earlier[key],
                case .array(let new) = value
            else {
                merged[key] = value
                continue
            }
            let inner = KindTable.of(kind)
            var objects = old.compactMap(\.object)
            for object in new.compactMap(\.object) {
                let name = object[inner.identifier]
                if let known = objects.firstIndex(where: { name != nil && $0[inner.identifier] == name }) {
                    objects[known] = merge(object, into: objects[known], inner)
                } else {
                    objects.append(object)
                }
            }
            merged[key] = .array(objects.map(JSONValue.object))
        }
        return merged
    }

    private mutating func object(_ members: JSONObject, _ table: KindTable) throws(BalancerError) -> JSONObject {
        var native = JSONObject()
        for (key, value) in members {
            place.append(key)
            if let attribute = table.attributes[key] {
                if case .objects(let kind) = attribute.type {
                    native[key] = .array(try list(value, KindTable.of(kind)))
                } else if case .string(let text) = value {
                    try set(attribute, text, table.kind, in: &native)
                } else {
                    warnings.append("The value of \(ObjectPath(place).description.shown) is no string and was ignored")
                }
            } else {
                try foreign(key, value, table.kind)
            }
            place.removeLast()
        }
        if table.kind == .farm { foldAliases(&native) }
        return native
    }

    /// A key that objects of this kind do not have: the C program ignores those that it knows from elsewhere.
    private mutating func foreign(_ key: String, _ value: JSONValue, _ kind: ObjectKind) throws(BalancerError) {
        guard KindTable.knownKeys.contains(key) else { throw refused(unknown(key)) }
        let ignored =
            switch kind {
            case .farm, .backend, .address, .policy: true
            // An address of a farm is an object of its own there, with a verdict for lists that it has not here.
            case .farmAddress: key == "verdict"
            case .session, .policyReference, .element: false
            }
        guard ignored, case .string = value else { throw refused("'\(key.shown)' does not belong here") }
        let noun = kind == .farmAddress ? "farm's address" : kind.rawValue
        warnings.append("Key '\(key.shown)' means nothing for a \(noun) and was ignored")
    }

    private func unknown(_ key: String) -> String {
        "Unknown key '\(key.shown)'"
    }

    func refused(_ reason: String, hint: String? = nil) -> BalancerError {
        BalancerError(.invalid, at: ObjectPath(place), reason, hint: hint)
    }
}
