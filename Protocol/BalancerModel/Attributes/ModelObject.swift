// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

/// An object of the configuration: identified by one attribute, described by its rows.
protocol ModelObject: Sendable, Hashable {
    associatedtype Identifier: Sendable, Hashable

    static var kind: ObjectKind { get }
    static var table: AttributeTable<Self> { get }

    /// The key of the identifier.
    static var identifierKey: String { get }
    static func identifier(_ text: String) throws(InvalidValue) -> Identifier
    var identifier: Identifier { get }

    /// An object with all defaults.
    init(identifier: Identifier)

    /// An object that shows the defaults.
    static var sample: Self { get }

    /// The object as it was declared: what `json` says and an update goes out from.
    var declared: Self { get }

    /// Looks at the attributes together, after the members of `json` have been decoded into the object.
    mutating func finish(_ json: JSONObject) throws(Failure)

    /// Looks at a new object, finished, for what only those that are there may lack.
    func checkNew(_ json: JSONObject) throws(Failure)
}

extension ModelObject {
    static var identifierKey: String { "name" }
    var declared: Self { self }
    mutating func finish(_ json: JSONObject) throws(Failure) {}
    func checkNew(_ json: JSONObject) throws(Failure) {}

    /// Changes what the members of an object say and nothing else. On a failure the object is not to be used.
    mutating func update(from json: JSONObject) throws(Failure) {
        self = declared
        for (key, value) in json where key != Self.identifierKey {
            guard let attribute = Self.table[key] else { throw Self.unknown(key) }
            try attribute.set(value, in: &self)
        }
        try finish(json)
    }

    /// The identifier and every value that is not the default, in the order of the rows.
    func json() -> JSONObject {
        let declared = declared
        var json = JSONObject()
        for row in Self.table.rows where !row.isDefault(in: declared) {
            json.append(row.key, row.value(in: declared))
        }
        return json
    }

    /// Merges an array of objects into a list: those found by their identifier are changed, others are added at the end.
    static func merge(_ json: JSONValue, into list: inout [Self]) throws(Failure) {
        let values: [JSONValue]
        do { values = try json.expectedArray() } catch { throw Failure(error) }
        guard !values.isEmpty else { return }
        var indices = ListIndex(list, changes: values.count)
        list.reserveCapacity(list.count + values.count)
        for (position, value) in values.enumerated() {
            let (identifier, text, members) = try Self.identified(value, at: position)
            do throws(Failure) {
                switch indices.find(identifier, in: list) {
                case .old(let index): try list[index].update(from: members)
                case .new:
                    var object = Self(identifier: identifier)
                    try object.update(from: members)
                    try object.checkNew(members)
                    list.append(object)
                    indices.append(identifier, at: list.count - 1)
                case .again:
                    throw Failure(.invalid, at: [Self.identifierKey], "\"\(text)\" stands twice in this list")
                }
            } catch {
                throw error.inside(text)
            }
        }
    }

    /// The identifier, its text and the members of one value of an array.
    static func identified(
        _ value: JSONValue, at position: Int
    ) throws(Failure) -> (Identifier, String, JSONObject) {
        guard case .object(let members) = value else {
            throw Failure(.invalid, at: ["\(position)"], "expected an object, found \(value.noun)")
        }
        guard let given = members[identifierKey] else {
            throw Failure(
                .invalid, at: ["\(position)", identifierKey], "\(kind.noun) needs a \(identifierKey)")
        }
        do {
            let text = try given.expectedString()
            return (try identifier(text), text, members)
        } catch {
            throw Failure(error).inside(identifierKey).inside("\(position)")
        }
    }

    static func unknown(_ key: String) -> Failure {
        let similar = table.rows.map(\.key).first {
            $0 == key.lowercased().split(separator: "_").joined(separator: "-")
        }
        return Failure(
            .invalid, at: [key], "\(kind.noun) has no such attribute", hint: similar.map { "write \($0)" })
    }
}

extension ModelObject where Identifier == Name {
    static func identifier(_ text: String) throws(InvalidValue) -> Name { try Name(text) }
    static var sample: Self { Self(identifier: Name(unchecked: "name")) }
}

extension ObjectKind {
    /// What a person calls it, with article.
    var noun: String {
        switch self {
        case .farmAddress: "a farm's address"
        case .policyReference: "the mention of a policy"
        case .element, .address: "an \(rawValue)"
        case .clusterNode: "a node"
        case .sharedAddress: "a shared address"
        case .farm, .backend, .session, .policy, .cluster: "a \(rawValue)"
        }
    }
}

/// Finds the objects of a list by identifier: by looking at each while that is cheaper than a dictionary.
private struct ListIndex<Object: ModelObject> {
    enum Answer {
        case old(Int)
        case new
        case again
    }

    private var dictionary: [Object.Identifier: Int]?
    private var seen: Set<Int> = []
    private let oldCount: Int

    init(_ list: [Object], changes: Int) {
        oldCount = list.count
        guard (list.count + changes) * changes > 1024 else { return }
        dictionary = Dictionary(minimumCapacity: list.count + changes)
        for (index, object) in list.enumerated() { dictionary?[object.identifier] = index }
    }

    mutating func find(_ identifier: Object.Identifier, in list: [Object]) -> Answer {
        let found = dictionary.map { $0[identifier] } ?? list.firstIndex { $0.identifier == identifier }
        guard let found else { return .new }
        guard found < oldCount, seen.insert(found).inserted else { return .again }
        return .old(found)
    }

    mutating func append(_ identifier: Object.Identifier, at index: Int) {
        dictionary?[identifier] = index
    }
}
