// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import Testing

/// An attribute with values that differ from its default, and what they mean to the kernel.
struct AttributeCase: Sendable, CustomTestStringConvertible {
    /// What a value that is not the default does.
    enum Effect: Sendable {
        /// Something in the kernel, shown with packets by these tests, `Suite.function`.
        case shown([String])
        /// Nothing by itself in the modes of this version: the reason.
        case stored(String)
    }

    var kind: ObjectKind
    var key: String
    /// Members of the object with the default and with each value alike.
    var context: JSONObject
    /// The member as it is before; nil: not given.
    var before: JSONValue?
    var values: [JSONValue]
    /// Members that come with each value.
    var with: JSONObject
    var effect: Effect

    init(
        _ kind: ObjectKind, _ key: String, in context: JSONValue = [:], before: JSONValue? = nil, _ values: [JSONValue],
        with: JSONValue = [:], _ effect: Effect
    ) {
        self.kind = kind
        self.key = key
        self.context = context.object ?? JSONObject()
        self.before = before
        self.values = values
        self.with = with.object ?? JSONObject()
        self.effect = effect
    }

    var testDescription: String { "\(kind.rawValue) \(key)" }

    /// What the declarations say about it.
    var description: AttributeDescription? { kind.attributes.first { $0.key == key } }

    // MARK: Documents

    /// The configuration before.
    var base: JSONValue { Self.document(kind, members(before, JSONObject()), isAliased) }

    /// The configurations with the values.
    var changed: [JSONValue] { values.map { Self.document(kind, members($0, with), isAliased) } }

    private var isAliased: Bool { description?.availability == .alias }

    private func members(_ value: JSONValue?, _ more: JSONObject) -> JSONObject {
        var members = context
        members[key] = value ?? context[key]
        for (key, value) in more { members[key] = value }
        return members
    }

    /// One farm of both families, and the object with these members in it.
    private static func document(_ kind: ObjectKind, _ members: JSONObject, _ isAliased: Bool) -> JSONValue {
        let merged = { (object: JSONValue) -> JSONValue in
            var object = object.object ?? JSONObject()
            for (key, value) in members { object[key] = value }
            return .object(object)
        }
        let four: JSONValue = ["name": "four", "ip-addr": "192.0.2.1", "ports": [80, 443]]
        let six: JSONValue = ["name": "six", "ip-addr": "2001:db8::1", "ports": [80]]
        let one: JSONValue = ["name": "one", "ip-addr": "10.0.0.1"]
        let others: [JSONValue] = [
            ["name": "two", "ip-addr": "10.0.0.2"], ["name": "three", "ip-addr": "fd00::1"],
            ["name": "four", "ip-addr": "fd00::2"],
        ]
        var farm: JSONObject = ["name": "farm"]
        var shared: JSONValue = []
        var list: JSONValue = ["name": "list", "elements": [["data": "10.9.0.1"], ["data": "10.9.1.0/24"]]]
        if isAliased {
            farm["virtual-addr"] = "192.0.2.1"
            farm["virtual-ports"] = [80]
        } else {
            farm["addresses"] = [kind == .farmAddress ? merged(four) : four, six]
        }
        farm["backends"] = .array([kind == .backend ? merged(one) : one] + others)
        var cluster: JSONObject = [
            "name": "cluster", "node": "a", "nodes": [["name": "a"], ["name": "b"]],
            "addresses": [["ip-addr": "192.0.2.1"]],
        ]
        switch kind {
        case .farm: farm = merged(.object(farm)).object ?? farm
        case .session:
            farm["persistence"] = ["srcip"]
            farm["sessions"] = [merged(["client": "10.1.0.7", "backend": "one"])]
        case .address:
            shared = [merged(["name": "shared", "ip-addr": "192.0.2.1", "ports": [80]])]
            farm["addresses"] = [["name": "shared"], six]
        case .policy:
            farm["policies"] = [["name": "list"]]
            list = merged(members["family"] == nil ? list : ["name": "list"])
        case .element:
            farm["policies"] = [["name": "list"]]
            list = ["name": "list", "elements": [merged(["data": "10.9.0.2"])]]
        case .cluster:
            cluster["node"] = "a"
            cluster = merged(.object(cluster)).object ?? cluster
        case .clusterNode: cluster["nodes"] = [merged(["name": "a"]), ["name": "b"]]
        case .farmAddress, .backend, .policyReference, .sharedAddress: break
        }
        return [
            "policies": [list, ["name": "other"]], "addresses": shared, "farms": [.object(farm)],
            "clusters": kind == .cluster || kind == .clusterNode ? [.object(cluster)] : [],
        ]
    }
}
