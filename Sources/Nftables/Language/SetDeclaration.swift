// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What a set or map is: its key, its data, its size.
public struct SetDeclaration: Sendable, Hashable {
    /// How the types of key and data are written.
    public enum Key: Sendable, Hashable {
        /// `typeof`: as in the rules that use it.
        case expressions([Expression])
        /// `type`: by name.
        case types([DataType])
    }

    /// What a map holds; must be written as the key is.
    public enum Data: Sendable, Hashable {
        /// Nothing: a set.
        case none
        /// Verdicts.
        case verdict
        /// Values, `typeof`.
        case expression(Expression)
        /// Values, `type`.
        case types([DataType])
    }

    /// Unique in its table.
    public var name: String
    /// Its key.
    public var key: Key
    /// Its data.
    public var data: Data
    /// Whether rules make its elements: the kernel's own data, never compared.
    public var isDynamic: Bool
    /// Whether an element stands for all keys from a first to a last one (pipapo, or rbtree where the key has one field): see
    /// ``keyLength``.
    public var isInterval: Bool
    /// How long an element lives when the rule that makes it does not say, in seconds; nil: elements have no end.
    public var lifetime: UInt32?
    /// How many elements it takes: its buckets are made for that number at once. Nil: it grows with what is in it.
    public var size: Int?

    /// A declaration.
    public init(
        _ name: String, key: Key, data: Data = .none, isDynamic: Bool = false, isInterval: Bool = false,
        lifetime: UInt32? = nil, size: Int?
    ) {
        self.name = name
        self.key = key
        self.data = data
        self.isDynamic = isDynamic
        self.isInterval = isInterval
        self.lifetime = lifetime
        self.size = size
    }

    /// The fields of a key.
    public var keyFields: [DataType] {
        switch key {
        case .expressions(let expressions): expressions.map(\.type)
        case .types(let types): types
        }
    }

    /// The fields of the data; none for sets and verdicts.
    public var dataFields: [DataType] {
        switch data {
        case .none, .verdict: []
        case .expression(let expression): [expression.type]
        case .types(let types): types
        }
    }

    /// Bytes of a key in an ``ElementList``: of an interval's element first and last key, one behind the other.
    public var keyLength: Int { keyFields.reduce(0) { $0 + $1.length } * (isInterval ? 2 : 1) }
    /// Bytes of the data in the kernel; 0 for sets and verdicts. One field is as long as it is, several are padded.
    public var dataLength: Int {
        dataFields.count == 1 ? dataFields[0].size : dataFields.reduce(0) { $0 + $1.length }
    }

    /// `map` or `set`.
    public var keyword: String { data == .none ? "set" : "map" }

    /// What stands between the braces of `add set` and `add map`.
    public var declarationText: String {
        var text: String
        switch key {
        case .expressions(let expressions): text = "typeof \(Expression.joined(expressions))"
        case .types(let types): text = "type \(DataType.joined(types))"
        }
        switch data {
        case .none: break
        case .verdict: text += " : verdict"
        case .expression(let expression): text += " : \(expression)"
        case .types(let types): text += " : \(DataType.joined(types))"
        }
        if !flags.isEmpty { text += " ; flags \(flags.joined(separator: ","))" }
        if let lifetime { text += " ; timeout \(lifetime)s" }
        if let size { text += " ; size \(size)" }
        return text + " ;"
    }

    private var flags: [String] {
        [(isDynamic, "dynamic"), (isInterval, "interval"), (lifetime != nil, "timeout")].filter(\.0).map(\.1)
    }

    /// A digest of all of it except the name.
    public var digest: UInt64 {
        var digest = Digest()
        digest.combine(keyword)
        digest.combine(declarationText)
        return digest.value
    }

    /// How elements of this set lie in a list.
    public func form(in family: TableFamily) -> ElementForm {
        ElementForm(
            set: SetReference(family: family, name: name), keyLength: keyLength, dataLength: dataLength,
            isInterval: isInterval, hasEnds: isInterval && keyFields.count == 1)
    }

    /// An empty list of elements of this set; without data: of keys.
    public func list(in family: TableFamily, withData: Bool = true) -> ElementList {
        ElementList(withData ? form(in: family) : form(in: family).keys)
    }
}
