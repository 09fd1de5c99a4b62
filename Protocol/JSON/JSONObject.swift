// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The members of a JSON object, in their order, each key once.
///
/// A flat array; above ``indexThreshold`` members a table of positions is kept beside it, so that looking up and adding
/// stay cheap in objects of 100,000 members while the many small ones cost one allocation.
/// Keys are compared as Swift compares strings: by canonical equivalence.
public struct JSONObject: Sendable {
    /// A key and its value.
    public typealias Element = (key: String, value: JSONValue)

    /// Objects of more members than this keep a table of positions; below it a linear search is as fast.
    static let indexThreshold = 16

    var members: [Element]
    /// Position by key; empty when there are `indexThreshold` members or fewer, complete otherwise.
    var positions: [String: Int]

    /// An empty object.
    public init() {
        members = []
        positions = [:]
    }

    /// An object of these members in this order. A key that comes twice is a programming error.
    public init(_ members: some Sequence<Element>) {
        self.init()
        for (key, value) in members {
            precondition(self.position(of: key) == nil, "a key comes twice")
            appendNew(key, value)
        }
    }

    /// The keys in their order.
    public var keys: [String] {
        members.map(\.key)
    }

    /// The value of a key. Setting replaces it in its place, adds it at the end, or removes it (`nil`).
    public subscript(key: String) -> JSONValue? {
        get {
            position(of: key).map { members[$0].value }
        }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?): members[position].value = value
            case (let position?, nil): remove(at: position)
            case (nil, let value?): appendNew(key, value)
            case (nil, nil): break
            }
        }
    }

    /// Adds a member at the end. That the object has no such key yet is the caller's promise, checked in debug builds.
    public mutating func append(_ key: String, _ value: JSONValue) {
        assert(position(of: key) == nil, "a key comes twice")
        appendNew(key, value)
    }

    /// Makes room, where the number of members is known.
    public mutating func reserveCapacity(_ count: Int) {
        members.reserveCapacity(count)
        if count > Self.indexThreshold { positions.reserveCapacity(count) }
    }

    /// Where a key stands.
    public func position(of key: String) -> Int? {
        if members.count > Self.indexThreshold { return positions[key] }
        return members.firstIndex { $0.key == key }
    }

    mutating func appendNew(_ key: String, _ value: JSONValue) {
        members.append((key, value))
        if members.count > Self.indexThreshold + 1 {
            positions[key] = members.count - 1
        } else if members.count == Self.indexThreshold + 1 {
            makePositions()
        }
    }

    private mutating func remove(at position: Int) {
        members.remove(at: position)
        makePositions()
    }

    private mutating func makePositions() {
        positions = [:]
        guard members.count > Self.indexThreshold else { return }
        positions.reserveCapacity(members.count)
        for (position, member) in members.enumerated() {
            positions[member.key] = position
        }
    }
}

extension JSONObject: RandomAccessCollection {
    /// The position of the first member.
    public var startIndex: Int { 0 }

    /// The number of members.
    public var endIndex: Int { members.count }

    /// The member at a position.
    public subscript(position: Int) -> Element {
        members[position]
    }
}

extension JSONObject: Hashable {
    /// Equal members in the same order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.elementsEqual(right.members) { $0.key == $1.key && $0.value == $1.value }
    }

    /// Hashes the members in their order.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(members.count)
        for (key, value) in members {
            hasher.combine(key)
            hasher.combine(value)
        }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// An object in the order of the literal. A key that comes twice is a programming error.
    public init(dictionaryLiteral members: (String, JSONValue)...) {
        self.init(members.map { (key: $0.0, value: $0.1) })
    }
}
