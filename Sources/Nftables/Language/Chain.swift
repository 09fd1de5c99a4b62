// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A rule: steps that a packet takes as long as they match.
public struct Rule: Sendable, Hashable {
    /// The steps.
    public var statements: [Statement]
    /// For the person who reads the listing at night.
    public var comment: String?

    /// A rule.
    public init(_ statements: Statement..., comment: String? = nil) {
        self.statements = statements
        self.comment = comment
    }

    /// A rule.
    public init(statements: [Statement], comment: String? = nil) {
        self.statements = statements
        self.comment = comment
    }
}

extension Rule: CustomStringConvertible {
    /// As nft reads it.
    public var description: String {
        let text = statements.map(\.description).joined(separator: " ")
        return comment.map { "\(text) comment \"\($0)\"" } ?? text
    }
}

/// Where a base chain is called.
public struct BaseChain: Sendable, Hashable {
    /// What it may do.
    public enum Kind: String, Sendable, Hashable {
        /// Look at every packet.
        case filter
        /// Look at the first packet of a connection and translate it.
        case nat
    }

    /// When it is called.
    public enum Hook: String, Sendable, Hashable {
        /// Packets that came in, before routing.
        case prerouting
        /// Packets for another host, after routing.
        case forward
        /// Packets of this host.
        case output
        /// Packets that leave.
        case postrouting
        /// Frames that came in by one interface, before anything else sees them.
        case ingress
    }

    /// What it may do.
    public var kind: Kind
    /// When it is called.
    public var hook: Hook
    /// Its place among the chains of this hook; lower comes first.
    public var priority: Int
    /// The interface, at ingress.
    public var device: String?

    /// A place.
    public init(kind: Kind, hook: Hook, priority: Int, device: String? = nil) {
        self.kind = kind
        self.hook = hook
        self.priority = priority
        self.device = device
    }

    /// As nft reads it.
    public var text: String {
        let place = device.map { " device \"\($0)\"" } ?? ""
        return "type \(kind.rawValue) hook \(hook.rawValue)\(place) priority \(priority) ; policy accept ;"
    }
}

/// A chain of rules.
public struct Chain: Sendable, Hashable {
    /// Unique in its table.
    public var name: String
    /// What it is, for people: what is longer than `maximumComment` is cut off.
    public var comment: String?
    /// Where it is called; nil: by other chains only.
    public var base: BaseChain?
    /// Its rules in order.
    public var rules: [Rule]

    /// Characters that nft takes for a comment (NFTNL_UDATA_COMMENT_MAXLEN of libnftnl).
    public static let maximumComment = 128

    /// A chain.
    public init(_ name: String, comment: String? = nil, base: BaseChain? = nil, rules: [Rule] = []) {
        self.name = name
        self.comment = comment.map {
            $0.utf8.count > Self.maximumComment ? $0.prefix(Self.maximumComment - 3) + "..." : $0
        }
        self.base = base
        self.rules = rules
    }

    /// The chain without its rules: what `add chain` makes.
    public var declaration: Chain { Chain(name, comment: comment, base: base) }

    /// What stands between the braces of `add chain`; empty for a plain chain.
    public var declarationText: String {
        let parts = [base?.text, comment.map { "comment \"\($0)\" ;" }].compactMap { $0 }
        return parts.joined(separator: " ")
    }

    /// A digest of all of it except the name: the declaration in the high 16 bits, the rules in the others.
    public var digest: UInt64 {
        var declaration = Digest()
        declaration.combine(declarationText)
        var digest = Digest()
        for rule in rules { digest.combine(rule.description) }
        return declaration.value << 48 | digest.value & 0xffff_ffff_ffff
    }

    /// The part of a chain's digest that is about its declaration.
    public static func declarationDigest(_ digest: UInt64) -> UInt64 { digest >> 48 }

    /// A digest of a chain that is declared as one with this digest, and has other rules.
    public static func digestWithoutRules(_ digest: UInt64) -> UInt64 { declarationDigest(digest) << 48 }

    /// The helpers it gives.
    public var helpers: [HelperObject] {
        rules.flatMap(\.statements).compactMap { if case .setHelper(let helper) = $0 { helper } else { nil } }
    }

    /// The flow tables that its rules put connections into.
    public var flowTables: [String] {
        rules.flatMap(\.statements).compactMap { if case .offload(let table) = $0 { table } else { nil } }
    }

    /// The chains it names.
    public var callees: [String] {
        rules.flatMap(\.statements).compactMap { if case .verdict(let verdict) = $0 { verdict.chain } else { nil } }
    }
}
