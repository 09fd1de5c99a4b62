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
    /// Writes the packet mark, which is the user's.
    case setPacketMark(Expression)
    /// Says whom the packet's frame was for, whatever its hardware address.
    case setPacketType(Constant)
    /// Goes where a verdict map says.
    case verdictMap(Expression, map: String)
    /// Ends, or goes on elsewhere.
    case verdict(Verdict)
    /// Makes or renews an element with a counter of its own.
    case count(Expression, in: String)
    /// Makes or renews an element that allows a rate. Goes on where the rate is exceeded, and counts that in the element;
    /// ends the rule where it is not, and where the set is full.
    case exceed(PacketRate, Expression, in: String)
    /// Makes an element that knows the connections of a key. Goes on where there are more than so many, and counts that in
    /// the element; ends the rule where there are not, and where the set is full.
    case exceedConnections(UInt32, Expression, in: String)
    /// Ends the rule where it matches more often than a rate.
    case keepTo(PacketRate)
    /// Gives the connection a helper: an object of the table.
    case setHelper(HelperObject)
    /// Hands the packet to a program, whose verdict ends this base chain; without a program it passes, and the chain ends,
    /// too.
    case queue(UInt16)
    /// Counts what comes by.
    case counter
    /// Writes a line into the kernel's log. The text is that of a log prefix: printable ASCII without quote, backslash and
    /// dollar, at most 127 bytes.
    case log(prefix: String)
    /// Makes or renews an element that lives so many seconds from now. With data, in a map: an element that is there keeps
    /// its data, only its end moves (Linux 6.1 to 6.18; ruleset.md 10).
    case remember(Expression, data: Expression?, seconds: UInt32, in: String)
    /// Removes an element of a map. That none is there is no reason for the rule to end.
    case forget(Expression, data: Expression, in: String)
    /// Writes a field of the headers; the kernel mends the checksums of IP, TCP and UDP, also those that a card was to make
    /// (nft_payload, Linux 6.18; tried on veth).
    case setField(HeaderField, Expression)
    /// Sends the packet out of an interface as it is, past everything else.
    case forward(to: Expression)
    /// Puts the connection into a flow table, if it is one of tcp or udp that the kernel can send on without rules; goes on in any
    /// case.
    case offload(into: String)
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
        case .setPacketMark(let value): "meta mark set \(value)"
        case .setPacketType(let type): "meta pkttype set \(type.text)"
        case .setField(let field, let value): "\(field.rawValue) set \(value)"
        case .forward(let interface): "fwd to \(interface)"
        case .verdictMap(let value, let map): "\(value) vmap @\(map)"
        case .verdict(let verdict): verdict.text
        case .count(let key, let set): "update @\(set) { \(key) counter }"
        case .exceed(let rate, let key, let set):
            "update @\(set) { \(key) limit rate over \(rate) counter }"
        case .exceedConnections(let count, let key, let set):
            "add @\(set) { \(key) ct count over \(count) counter }"
        case .keepTo(let rate): "limit rate \(rate)"
        case .counter: "counter"
        case .queue(let number): "queue flags bypass to \(number)"
        case .setHelper(let helper): "ct helper set \"\(helper.name)\""
        case .log(let prefix): "log prefix \"\(prefix)\""
        case .remember(let key, let data, let seconds, let set):
            "update @\(set) { \(key) timeout \(seconds)s\(data.map { " : \($0)" } ?? "") }"
        case .forget(let key, let data, let map): "delete @\(map) { \(key) : \(data) }"
        case .offload(let table): "flow add @\(table)"
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
        case .member(let value, let set), .notMember(let value, let set), .count(let value, let set),
            .exceed(_, let value, let set), .exceedConnections(_, let value, let set):
            value.maps + [set]
        case .verdictMap(let value, let map): value.maps + [map]
        case .remember(let key, let data, _, let set): key.maps + (data?.maps ?? []) + [set]
        case .forget(let key, let data, let map): key.maps + data.maps + [map]
        case .setPriority(let value), .setConnectionMark(let value), .setPacketMark(let value),
            .setField(_, let value), .forward(let value), .translateDestination(_, let value),
            .translateSource(let value):
            value.maps
        case .verdict, .masquerade, .keepTo, .counter, .log, .setHelper, .queue, .offload, .setPacketType: []
        }
    }
}

extension Expression {
    /// The maps it looks into.
    public var maps: [String] {
        switch self {
        case .lookup(let key, let map): key.maps + [map]
        case .hash(let fields, _, _, _), .concatenation(let fields): fields.flatMap(\.maps)
        case .masked(let value, _): value.maps
        case .meta, .field, .connection, .destinationType, .generated, .symmetricHash, .constant: []
        }
    }
}
