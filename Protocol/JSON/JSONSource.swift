// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A value whose parts are made when it is their turn: for what takes too long to be made and written at once.
public enum JSONSource {
    /// A value that is there.
    case value(JSONValue)
    /// An array; its elements are asked for one after the other, until there is none.
    case list(() -> JSONSource?)
    /// An object of these members in this order, each key once.
    case object([(key: String, source: JSONSource)])

    /// An array of what `element` makes of each item; of an item of which it makes nothing there is no element.
    public static func list<Items: Sequence>(
        _ items: Items, _ element: @escaping (Items.Element) -> JSONSource?
    ) -> JSONSource {
        var iterator = items.makeIterator()
        return .list {
            while let item = iterator.next() {
                if let element = element(item) { return element }
            }
            return nil
        }
    }

    /// The members of an object, some of them from other sources.
    public init(_ object: JSONObject, replacing sources: [String: JSONSource] = [:]) {
        self = .object(object.members.map { ($0.key, sources[$0.key] ?? .value($0.value)) })
    }

    /// The whole value, made at once. A list can be made a single time.
    public consuming func made() -> JSONValue {
        switch self {
        case .value(let value): return value
        case .list(let next):
            var elements: [JSONValue] = []
            while let element = next() { elements.append(element.made()) }
            return .array(elements)
        case .object(let members):
            return .object(JSONObject(members.map { ($0.key, $0.source.made()) }))
        }
    }
}

/// Makes a source and writes it, a part at a time.
public struct JSONSourceWriter {
    /// An array or an object that is begun.
    private enum Level {
        case list(() -> JSONSource?)
        case object(ArraySlice<(key: String, source: JSONSource)>)
    }

    /// What is written so far, as UTF-8.
    public private(set) var text: [UInt8] = []
    private var levels: [Level] = []
    /// Whether the level has nothing in it yet.
    private var isEmpty = true
    private var first: JSONSource?

    /// Nothing is made or written yet.
    public init(_ source: JSONSource) { first = source }

    /// Writes the next part: a value that is there, or the begin or the end of an array or an object.
    ///
    /// - Returns: whether all is written.
    public mutating func advance() -> Bool {
        if let first = first.take() {
            write(first)
            return levels.isEmpty
        }
        switch levels.popLast() {
        case nil: return true
        case .list(let next):
            guard let element = next() else { return end("]") }
            levels.append(.list(next))
            separate()
            write(element)
        case .object(var rest):
            guard let member = rest.popFirst() else { return end("}") }
            levels.append(.object(rest))
            separate()
            JSONWriter.write(member.key, to: &text)
            text.append(UInt8(ascii: ":"))
            write(member.source)
        }
        return false
    }

    private mutating func write(_ source: JSONSource) {
        switch source {
        case .value(let value):
            value.write(to: &text)
            isEmpty = false
        case .list(let next): begin("[", .list(next))
        case .object(let members): begin("{", .object(members[...]))
        }
    }

    private mutating func separate() {
        if !isEmpty { text.append(UInt8(ascii: ",")) }
    }

    private mutating func begin(_ bracket: Unicode.Scalar, _ level: Level) {
        text.append(UInt8(ascii: bracket))
        levels.append(level)
        isEmpty = true
    }

    private mutating func end(_ bracket: Unicode.Scalar) -> Bool {
        text.append(UInt8(ascii: bracket))
        isEmpty = false
        return levels.isEmpty
    }
}
