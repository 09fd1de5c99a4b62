// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// One document on its way from the C program's dialect to the native one.
struct Translation {
    var reader = TextReader(.forFile)
    /// Members before what they belong to, so that each is found by the names that the document has.
    private(set) var renames: [Change] = []
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
        native.placeAddresses()
        return native
    }

    private mutating func list(_ value: JSONValue, _ table: KindTable) throws(BalancerError) -> [JSONValue] {
        let objects = try distinct(value, table)
        var native: [JSONValue] = []
        native.reserveCapacity(objects.count)
        for (position, members) in objects.enumerated() {
            place.append(table.name(of: members, at: position))
            let object = try object(members, table)
            place.removeLast()
            if table.kind == .session, object["backend"] == "UNDEFINED" {
                reader.warnings.note("A session without backend was left out")
            } else {
                native.append(.object(object))
            }
        }
        return native
    }

    /// The objects of a list. Those with the same name are one: what comes later updates what came before.
    private mutating func distinct(_ value: JSONValue, _ table: KindTable) throws(BalancerError) -> [JSONObject] {
        guard case .array(let values) = value else { throw refused("expected an array, found \(value.kind)") }
        var objects: [JSONObject] = []
        var positions: [String: Int] = [:]
        objects.reserveCapacity(values.count)
        for (position, value) in values.enumerated() {
            guard case .object(let members) = value else {
                place.append("\(position)")
                throw refused("expected an object, found \(value.kind)")
            }
            let identifier = members[table.identifier]?.string
            if let identifier, let known = positions[identifier] {
                Self.join(members, to: &objects[known], table)
            } else {
                if let identifier { positions[identifier] = objects.count }
                objects.append(members)
            }
        }
        return objects
    }

    /// Adds what a second object of the same name says. Lists are only joined here, which is cheap however often it
    /// happens; the objects of one name in them are found when the list is translated.
    private static func join(_ later: JSONObject, to object: inout JSONObject, _ table: KindTable) {
        for (key, value) in later {
            if case .objects? = table.attributes[key]?.type, case .array(let new) = value,
                case .array(var list)? = object[key]
            {
                // So that the array has one owner and is extended in place.
                object[key] = .null
                list += new
                object[key] = .array(list)
            } else {
                object[key] = value
            }
        }
    }

    private mutating func object(_ members: JSONObject, _ table: KindTable) throws(BalancerError) -> JSONObject {
        var native = JSONObject()
        var newName: Name?
        for (key, value) in members {
            place.append(key)
            if key == "newname", table.hasNewName, case .string(let text) = value {
                do { newName = try Name(text) } catch { throw BalancerError(error, at: ObjectPath(place)) }
            } else if let attribute = table.attribute(key) {
                if case .objects(let kind) = attribute.type {
                    native[key] = .array(try list(value, KindTable.of(kind)))
                } else if case .string(let text) = value {
                    try set(attribute, text, table.kind, in: &native)
                } else {
                    reader.warnings.note(
                        "The value of \(ObjectPath(place).description.shown) is no string and was ignored")
                }
            } else {
                try foreign(key, value, table.kind)
            }
            place.removeLast()
        }
        if let newName { renames.append(.rename(ObjectPath(place), to: newName)) }
        return native
    }

    /// A key that objects of this kind do not have: the C program ignores those that it knows from elsewhere.
    private mutating func foreign(_ key: String, _ value: JSONValue, _ kind: ObjectKind) throws(BalancerError) {
        guard KindTable.knownKeys.contains(key) else { throw refused(unknown(key)) }
        let ignored =
            switch kind {
            case .farm, .backend, .address, .policy: true
            case .farmAddress, .session, .policyReference, .element, .cluster, .clusterNode, .sharedAddress: false
            }
        guard ignored, case .string = value else { throw refused("'\(key.shown)' does not belong here") }
        reader.warnings.note("Key '\(key.shown)' means nothing for a \(kind.rawValue) and was ignored")
    }

    private mutating func set(
        _ attribute: AttributeDescription, _ text: String, _ kind: ObjectKind, in native: inout JSONObject
    ) throws(BalancerError) {
        do throws(TextRefusal) {
            try reader.set(attribute, text, kind, in: &native)
        } catch {
            throw refused(error.sentence.text, hint: error.hint)
        }
    }

    private func unknown(_ key: String) -> String {
        LegacySentence.unknownKey(key).text
    }

    func refused(_ reason: String, hint: String? = nil) -> BalancerError {
        BalancerError(.invalid, at: ObjectPath(place), reason, hint: hint)
    }
}
