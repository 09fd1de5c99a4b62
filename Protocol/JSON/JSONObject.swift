// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The members of a JSON object, in order.
///
/// A flat list: objects of the protocol have few members, and comparing a handful of short keys is faster than hashing
/// one. Two objects are equal when they have equal members in the same order.
public struct JSONObject: Sendable, Hashable, Sequence, ExpressibleByDictionaryLiteral {
    /// A member.
    public typealias Element = (key: String, value: JSONValue)

    private var storage: [Member]

    private struct Member: Sendable, Hashable {
        var key: String
        var value: JSONValue
    }

    /// An empty object.
    public init() { storage = [] }

    /// An object with these members, in order. Keys must differ.
    public init(_ members: some Sequence<Element>) { storage = members.map { Member(key: $0.key, value: $0.value) } }

    /// An object with these members, in order. Keys must differ.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        storage = elements.map { Member(key: $0.0, value: $0.1) }
    }

    /// How many members there are.
    public var count: Int { storage.count }
    /// Whether there is no member.
    public var isEmpty: Bool { storage.isEmpty }
    /// The keys, in order.
    public var keys: [String] { storage.map(\.key) }
    /// How many members the object has room for.
    public mutating func reserveCapacity(_ capacity: Int) { storage.reserveCapacity(capacity) }

    /// A member's value. Setting keeps the member's place, or adds it at the end; nil removes it.
    public subscript(key: String) -> JSONValue? {
        get { storage.first { $0.key == key }?.value }
        set {
            let index = storage.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): storage[index].value = value
            case (let index?, nil): storage.remove(at: index)
            case (nil, let value?): storage.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Adds a member whose key is known to be new, without looking.
    public mutating func append(_ key: String, _ value: JSONValue) { storage.append(Member(key: key, value: value)) }

    /// The members in order.
    public func makeIterator() -> AnyIterator<Element> {
        var iterator = storage.makeIterator()
        return AnyIterator { iterator.next().map { ($0.key, $0.value) } }
    }

    /// The place of a key; used by the reader, which knows how many members there are.
    func index(of key: String) -> Int? { storage.firstIndex { $0.key == key } }

    /// Replaces the value at a place: the last of equal keys wins.
    mutating func replace(at index: Int, with value: JSONValue) { storage[index].value = value }
}
