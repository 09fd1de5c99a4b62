// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// One step of a rule. A step that does not match ends its rule.
public enum Statement: Sendable, Hashable {
    /// Compares two values.
    case match(Expression, Relation, Expression)
    /// Whether a set holds a value. A lookup in a set with counters counts, too.
    case member(Expression, of: String)
    /// Whether it does not.
    case notMember(Expression, of: String)
    /// Writes the packet's priority: the register.
    case setPriority(Expression)
    /// Writes the connection mark.
    case setConnectionMark(Expression)
    /// Goes where a verdict map says.
    case verdictMap(Expression, map: String)
    /// Ends, or goes on elsewhere.
    case verdict(Verdict)
    /// Makes or renews an element with a counter of its own.
    case count(Expression, in: String)
    /// Translates the destination; `form` says the family when data is an address and a port.
    case translateDestination(TableFamily?, to: Expression)
    /// Translates the source.
    case translateSource(to: Expression)
    /// Translates the source to the address of the interface that the packet leaves by.
    case masquerade
}

/// How two values are compared.
public enum Relation: Sendable, Hashable {
    /// Equal; for flags (`ct status`, `ct state`): has the flag.
    case matches
    /// Equal, written out: for masked values.
    case equal
    /// Not equal.
    case notEqual

    var text: String {
        switch self {
        case .matches: " "
        case .equal: " == "
        case .notEqual: " != "
        }
    }
}

/// Where a packet goes.
public enum Verdict: Sendable, Hashable {
    /// Through, as far as this hook's priority is concerned.
    case accept
    /// Away.
    case drop
    /// Back to the calling chain, or to the policy.
    case `return`
    /// To a chain, and back.
    case jump(String)
    /// To a chain, not back here.
    case goto(String)

    /// As nft reads it.
    public var text: String {
        switch self {
        case .accept: "accept"
        case .drop: "drop"
        case .return: "return"
        case .jump(let chain): "jump \(chain)"
        case .goto(let chain): "goto \(chain)"
        }
    }

    /// The chain it names.
    public var chain: String? {
        switch self {
        case .jump(let chain), .goto(let chain): chain
        case .accept, .drop, .return: nil
        }
    }
}

extension Statement: CustomStringConvertible {
    /// As nft reads it.
    public var description: String {
        switch self {
        case .match(let left, let relation, let right): "\(left)\(relation.text)\(right)"
        case .member(let value, let set): "\(value) @\(set)"
        case .notMember(let value, let set): "\(value) != @\(set)"
        case .setPriority(let value): "meta priority set \(value)"
        case .setConnectionMark(let value): "ct mark set \(value)"
        case .verdictMap(let value, let map): "\(value) vmap @\(map)"
        case .verdict(let verdict): verdict.text
        case .count(let key, let set): "update @\(set) { \(key) counter }"
        case .translateDestination(let family, let value):
            "dnat \(family.map { $0.text + " " } ?? "")to \(value)"
        case .translateSource(let value): "snat to \(value)"
        case .masquerade: "masquerade"
        }
    }

    /// The sets and maps it looks into or writes.
    public var sets: [String] {
        switch self {
        case .match(let left, _, let right): left.maps + right.maps
        case .member(let value, let set), .notMember(let value, let set), .count(let value, let set):
            value.maps + [set]
        case .verdictMap(let value, let map): value.maps + [map]
        case .setPriority(let value), .setConnectionMark(let value), .translateDestination(_, let value),
            .translateSource(let value):
            value.maps
        case .verdict, .masquerade: []
        }
    }
}

extension Expression {
    /// The maps it looks into.
    public var maps: [String] {
        switch self {
        case .lookup(let key, let map): key.maps + [map]
        case .hash(let fields, _, _), .concatenation(let fields): fields.flatMap(\.maps)
        case .masked(let value, _): value.maps
        case .meta, .field, .connection, .destinationType, .generated, .constant: []
        }
    }
}
