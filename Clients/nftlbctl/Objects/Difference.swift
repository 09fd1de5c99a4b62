// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// One thing in which two configurations differ.
struct Difference {
    /// `farm web`
    let object: String
    /// Where it is, for programs.
    let path: ObjectPath
    /// `backend b weight`; empty: the object itself.
    let part: String
    /// Nil: it is added.
    let before: JSONValue?
    /// Nil: it is deleted.
    let after: JSONValue?

    /// The difference in one line.
    func text(_ style: Style) -> String {
        let place = part.isEmpty ? object : "\(object): \(part)"
        switch (before, after) {
        case (nil, _): return style.paint("\(place) added", .green)
        case (_, nil): return style.paint("\(place) deleted", .red)
        case (let before?, let after?): return "\(place) \(Self.shown(before)) -> \(Self.shown(after))"
        }
    }

    private static func shown(_ value: JSONValue) -> String {
        let text = value.displayed
        return text.isEmpty ? "(none)" : text
    }

    /// The difference for programs; null stands for what is not there.
    var json: JSONValue {
        [
            "path": .string(path.description), "before": before ?? .null, "after": after ?? .null,
        ]
    }

    /// Everything in which a delta's two sides differ, object by object.
    static func list(_ delta: ConfigurationDelta) -> [Difference] {
        delta.farms.flatMap { list($0, "farm", Farm.attributes, at: ObjectPath(["farms"])) }
            + delta.policies.flatMap { list($0, "policy", Policy.attributes, at: ObjectPath(["policies"])) }
            + delta.addresses.flatMap { list($0, "address", Address.attributes, at: ObjectPath(["addresses"])) }
            + delta.clusters.flatMap { list($0, "cluster", Cluster.attributes, at: ObjectPath(["clusters"])) }
    }

    private static func list<Object>(
        _ difference: ObjectDifference<Object>, _ noun: String, _ attributes: [Attribute<Object>], at list: ObjectPath
    ) -> [Difference] {
        let name = difference.name.description
        let place = Place(object: "\(noun) \(name)", path: list.appending(name), part: "")
        switch (difference.before, difference.after) {
        case (let before?, let after?):
            let rows = attributes.map { ($0.description, $0.value(in: before), $0.value(in: after)) }
            return rows.flatMap { place.differences($0.0, $0.1, $0.2) }
        case (nil, let after?):
            return [place.difference(nil, document(after, attributes))]
        case (let before?, nil):
            return [place.difference(document(before, attributes), nil)]
        case (nil, nil):
            return []
        }
    }

    private static func document<Object>(_ object: Object, _ attributes: [Attribute<Object>]) -> JSONValue {
        var document = JSONObject()
        for attribute in attributes where attribute.isDefault(in: object) == false {
            document.append(attribute.key, attribute.value(in: object))
        }
        return .object(document)
    }
}

/// Where differences are looked for.
private struct Place {
    let object: String
    let path: ObjectPath
    let part: String

    func difference(_ before: JSONValue?, _ after: JSONValue?) -> Difference {
        Difference(object: object, path: path, part: part, before: before, after: after)
    }

    /// The same object, seen from an attribute or a member.
    private func inside(_ key: String, _ words: String) -> Place {
        Place(object: object, path: path.appending(key), part: part.isEmpty ? words : "\(part) \(words)")
    }

    /// In what an attribute differs; a list of objects is gone through by their names.
    func differences(_ attribute: AttributeDescription, _ before: JSONValue, _ after: JSONValue) -> [Difference] {
        guard before != after else { return [] }
        guard case .objects(let kind) = attribute.type, let old = before.array, let new = after.array else {
            if case .alias = attribute.availability { return [] }
            return [inside(attribute.key, attribute.key).difference(before, after)]
        }
        let list = Place(object: object, path: path.appending(attribute.key), part: part)
        let differences = list.members(kind, old.compactMap(\.object), new.compactMap(\.object))
        // The same objects in another order.
        return differences.isEmpty
            ? [inside(attribute.key, "order of \(attribute.key)").difference(before, after)] : differences
    }

    private func members(_ kind: ObjectKind, _ old: [JSONObject], _ new: [JSONObject]) -> [Difference] {
        let attributes = kind.attributes
        let key = attributes.first(where: \.isIdentifier)?.key ?? "name"
        let before = Dictionary(old.map { ($0[key]?.string ?? "", $0) }) { first, _ in first }
        let after = Dictionary(new.map { ($0[key]?.string ?? "", $0) }) { first, _ in first }
        var differences: [Difference] = []
        for (name, object) in old.map({ ($0[key]?.string ?? "", $0) }) {
            let place = inside(name, "\(kind.noun) \(name)")
            guard let other = after[name] else {
                differences.append(place.difference(.object(object), nil))
                continue
            }
            for attribute in attributes {
                let fallback = attribute.defaultValue ?? .null
                differences += place.differences(
                    attribute, object[attribute.key] ?? fallback, other[attribute.key] ?? fallback)
            }
        }
        for object in new {
            let name = object[key]?.string ?? ""
            guard before[name] == nil else { continue }
            differences.append(inside(name, "\(kind.noun) \(name)").difference(nil, .object(object)))
        }
        return differences
    }
}

extension ObjectKind {
    /// What such an object is called in a sentence.
    var noun: String {
        switch self {
        case .farmAddress: "address"
        case .policyReference: "policy"
        case .clusterNode: "node"
        case .sharedAddress: "address"
        case .farm, .backend, .session, .policy, .element, .address, .cluster: rawValue
        }
    }
}
