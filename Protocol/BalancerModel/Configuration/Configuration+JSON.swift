// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import JSON

extension Configuration {
    /// The configuration that a document of the native dialect describes.
    public init(json: JSONValue) throws(BalancerError) {
        guard case .object(let document) = json else {
            throw BalancerError(.invalid, at: .root, "expected an object, found \(json.noun)")
        }
        var draft = Draft(on: Configuration())
        try draft.apply(configuration: document, mode: .replace)
        self.init()
        merge(draft.delta)
    }

    /// The canonical document: names and every value that differs from its default, keys in the order of the rows,
    /// objects in order of creation. Applied with `replace` to this configuration it changes nothing.
    public func json() -> JSONValue { source.made() }

    /// The canonical document, object by object.
    public var source: JSONSource {
        var members: [(key: String, source: JSONSource)] = [
            (Farm.collection, .list(farms) { .value($0.document) }),
            (Policy.collection, .list(policies) { $0.source }),
        ]
        if !addresses.isEmpty { members.append((Address.collection, .list(addresses) { .value($0.document) })) }
        if !clusters.isEmpty { members.append((Cluster.collection, .list(clusters) { .value($0.document) })) }
        return .object(members)
    }
}

extension Farm {
    /// This farm in the native dialect: its name and every value that differs from its default.
    public var document: JSONValue { .object(json()) }

    /// The farm that such a document describes.
    public init(document: JSONObject) throws(BalancerError) { self = try Farm.decoded(document) }
}

extension Backend {
    /// This backend in the native dialect: its name and every value that differs from its default.
    public var document: JSONValue { .object(json()) }

    /// The backend that such a document describes.
    public init(document: JSONObject) throws(BalancerError) { self = try Backend.decoded(document) }
}

extension ModelObject {
    fileprivate static func decoded(_ document: JSONObject) throws(BalancerError) -> Self {
        do {
            let (identifier, _, members) = try identified(.object(document), at: 0)
            var object = Self(identifier: identifier)
            try object.update(from: members)
            try object.checkNew(members)
            return object
        } catch {
            throw error.error
        }
    }
}

extension Policy {
    /// This policy in the native dialect: its name and every value that differs from its default.
    public var document: JSONValue { .object(json()) }

    /// The same, element by element.
    public var source: JSONSource {
        var short = self
        // The member is there where it belongs; what is in it comes from the list.
        short.elements = PolicyElements(elements.prefix(1))
        let all = elements
        return JSONSource(short.json(), replacing: ["elements": .list(all) { .value($0.document) }])
    }

    /// The policy that such a document describes.
    public init(document: JSONObject) throws(BalancerError) { self = try Policy.decoded(document) }
}

extension Address {
    /// This address in the native dialect: its name and every value that differs from its default.
    public var document: JSONValue { .object(json()) }

    /// The address that such a document describes.
    public init(document: JSONObject) throws(BalancerError) { self = try Address.decoded(document) }
}

extension Cluster {
    /// This cluster in the native dialect: its name and every value that differs from its default.
    public var document: JSONValue { .object(json()) }

    /// The cluster that such a document describes.
    public init(document: JSONObject) throws(BalancerError) { self = try Cluster.decoded(document) }
}

extension PolicyElement {
    /// This element in the native dialect.
    public var document: JSONValue { .object(json()) }
}
