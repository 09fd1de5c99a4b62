// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import JSON

/// How a whole configuration is applied.
public enum ApplyMode: String, Sendable, Hashable, CaseIterable {
    /// Objects are found by name, only the attributes given change, what is missing is created.
    case merge
    /// The document is the configuration: what it lacks is deleted, attributes it lacks have their defaults.
    case replace
}

/// One step of a request.
public enum Change: Sendable, Hashable {
    /// Merges a document of the native dialect.
    case set(JSONObject)

    /// Deletes an object, or all objects of a list.
    case delete(ObjectPath)

    /// Gives an object another name; it stays the same object.
    case rename(ObjectPath, to: Name)

    /// Adds elements to a policy, or renews them.
    case addElements(ElementChange)

    /// Removes elements of a policy, as far as they are there.
    case removeElements(ElementChange)

    /// Takes a backend out of service without hurting anybody before a deadline.
    case drain(DrainOrder)
}

extension Change {
    /// A change from its JSON: `{"set": DOCUMENT}`, `{"delete": PATH}`, `{"rename": PATH, "to": NAME}`,
    /// `{"add": PATH, "elements": [TEXT…], "time": SECONDS}`, `{"remove": PATH, "elements": [TEXT…]}` or
    /// `{"drain": PATH, "deadline": SECONDS}`; `path` is the place of that JSON for errors.
    public init(json: JSONValue, at path: ObjectPath) throws(BalancerError) {
        guard case .object(let members) = json else {
            throw BalancerError(.invalid, at: path, "expected an object, found \(json.noun)")
        }
        let keys = members.keys
        if let stranger = keys.first(where: {
            !["set", "delete", "rename", "to", "add", "remove", "elements", "time", "drain", "deadline"].contains($0)
        }) {
            throw BalancerError(.invalid, at: path.appending(stranger), "a change has no such member")
        }
        switch keys.sorted() {
        case ["set"]:
            guard case .object(let document) = members["set"] else {
                throw BalancerError(.invalid, at: path.appending("set"), "expected an object")
            }
            self = .set(document)
        case ["delete"]:
            self = .delete(try Change.path(members, "delete", at: path))
        case ["rename", "to"]:
            let target = try Change.path(members, "rename", at: path)
            do {
                self = .rename(target, to: try Name(try (members["to"] ?? .null).expectedString()))
            } catch {
                throw BalancerError(error, at: path.appending("to"))
            }
        case ["add", "elements"], ["add", "elements", "time"]:
            self = .addElements(try ElementChange(members, verb: "add", at: path))
        case ["elements", "remove"]:
            self = .removeElements(try ElementChange(members, verb: "remove", at: path))
        case ["deadline", "drain"]:
            self = .drain(try DrainOrder(members, at: path))
        default:
            throw BalancerError(
                .invalid, at: path,
                "a change is one of {\"set\"}, {\"delete\"}, {\"rename\", \"to\"}, {\"add\", \"elements\"}, "
                    + "{\"remove\", \"elements\"} and {\"drain\", \"deadline\"}")
        }
    }

    private static func path(
        _ members: JSONObject, _ key: String, at path: ObjectPath
    ) throws(BalancerError) -> ObjectPath {
        do {
            return try ObjectPath(parsing: try (members[key] ?? .null).expectedString())
        } catch {
            throw BalancerError(error, at: path.appending(key))
        }
    }

    /// The change as JSON.
    public var json: JSONValue {
        switch self {
        case .set(let document): ["set": .object(document)]
        case .delete(let path): ["delete": .string(path.description)]
        case .rename(let path, let name): ["rename": .string(path.description), "to": .string(name.text)]
        case .addElements(let change): change.json(verb: "add")
        case .removeElements(let change): change.json(verb: "remove")
        case .drain(let order): order.json
        }
    }
}

extension Change {
    /// The highest role of the attributes that the change names. What it creates is looked at in `Draft.apply`.
    public var requiredRole: Role {
        switch self {
        case .set(let document): Change.requiredRole(of: document, mode: .merge)
        case .delete, .rename, .addElements, .removeElements: .administrator
        case .drain: .operator
        }
    }

    /// The highest role of the attributes that a document names; replacing a configuration may delete all of it.
    public static func requiredRole(of document: JSONObject, mode: ApplyMode) -> Role {
        guard mode == .merge else { return .administrator }
        for (key, value) in document {
            let kinds: [String: ObjectKind] = [Farm.collection: .farm, Cluster.collection: .cluster]
            guard let kind = kinds[key], role(of: value, kind) == .operator else {
                return .administrator
            }
        }
        return .operator
    }

    /// The role of a list of objects; what is not understood is left to an administrator, who is told what is wrong.
    private static func role(of list: JSONValue, _ kind: ObjectKind) -> Role {
        guard case .array(let objects) = list, let attributes = descriptions[kind] else { return .administrator }
        for object in objects {
            guard case .object(let members) = object else { return .administrator }
            for (key, value) in members {
                guard let attribute = attributes[key] else { return .administrator }
                if attribute.isIdentifier || attribute.role <= .operator { continue }
                guard case .objects(let inner) = attribute.type, role(of: value, inner) == .operator else {
                    return .administrator
                }
            }
        }
        return .operator
    }

    private static let descriptions = Dictionary(
        uniqueKeysWithValues: ObjectKind.allCases.map { kind in
            (kind, Dictionary(uniqueKeysWithValues: kind.attributes.map { ($0.key, $0) }))
        })
}
