// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import Nftables

/// Everything about a farm that rules have to say: one chain for all farms of a shape (ruleset.md 1).
///
/// The modes snat and dnat share their shapes: they differ in one bit of the backends' marks, which is data.
public struct Shape: Sendable, Hashable {
    /// How the slot of a new connection is found.
    public enum Choice: Sendable, Hashable {
        /// In turn.
        case turn
        /// By lot.
        case lot
        /// By a hash of fields of the packet.
        case hash([PacketField])
        /// By the kernel's symmetric hash of the flow.
        case symmetricHash
        /// Not here: a program on the balancer takes the connection (mode local).
        case proxy
    }

    /// How clients are known again.
    public struct Persistence: Sendable, Hashable {
        /// By what.
        public var fields: SessionFields
        /// For how many seconds after their last packet; at least one.
        public var seconds: UInt32
        /// Whether some clients are told by the configuration, too.
        public var hasStaticSessions: Bool

        /// A way to know clients again.
        public init(fields: SessionFields, seconds: UInt32, hasStaticSessions: Bool) {
            self.fields = fields
            self.seconds = max(1, seconds)
            self.hasStaticSessions = hasStaticSessions
        }
    }

    /// How the slot of a new connection is found.
    public var choice: Choice
    /// How many slots there are.
    public var slotCount: SlotCount
    /// How clients are known again; nil: they are not.
    public var persistence: Persistence?
    /// What sources and backends may do; nil: anything.
    public var limits: Limits?
    /// The queue of the program that sees SYN packets; nil: none does.
    public var queue: UInt16?
    /// The helpers that connections get, each by its transport.
    public var helpers: [HelperObject]
    /// Whether first packets leave a line in the log.
    public var logsInput: Bool
    /// Whether packets get the backend's mark as their packet mark.
    public var copiesMark: Bool
    /// Whether connections are counted.
    public var isCounted: Bool

    /// A shape.
    public init(
        choice: Choice, slotCount: SlotCount, persistence: Persistence? = nil, limits: Limits? = nil,
        queue: UInt16? = nil, helpers: [HelperObject] = [], logsInput: Bool = false, copiesMark: Bool = false,
        isCounted: Bool = true
    ) {
        self.choice = choice
        self.slotCount = slotCount
        self.persistence = persistence
        self.limits = limits
        self.queue = queue
        self.helpers = helpers
        self.logsInput = logsInput
        self.copiesMark = copiesMark
        self.isCounted = isCounted
    }

    /// The chain for first packets. It is never changed: its name is a digest of its text, and of those of guard and queue, so
    /// that two shapes that differ there alone have two numbers.
    public func chain(in family: TableFamily) -> Chain {
        let guarded = limits?.guardRules(in: family) ?? []
        let queued = queueRules(in: family)
        return Chain(digesting: rules(in: family), and: guarded + queued, prefix: "s-", comment: comment)
    }

    /// The chain for later packets of clients that are known again; nil where later packets mean nothing.
    public func laterChain(in family: TableFamily) -> Chain? {
        persistence.map { persistence in
            Chain(digesting: persistence.laterRules(in: family), prefix: "k-", comment: persistence.comment)
        }
    }

    /// The chain for packets of TCP that belong to no connection and for RST; nil where they mean nothing.
    public func guardChain(in family: TableFamily) -> Chain? {
        guard let limits, case let rules = limits.guardRules(in: family), !rules.isEmpty else { return nil }
        return Chain(digesting: rules, prefix: "g-", comment: limits.guardComment)
    }

    /// The chains that those lead to and that stand for their sake alone, whoever else leads there.
    func furtherChains(in family: TableFamily) -> [Chain] { limits?.chains(in: family) ?? [] }

    /// The maps and sets that its chains use and that stand for their sake alone.
    public func sets(in family: TableFamily) -> [SetDeclaration] {
        let logged = logsInput ? [MapKind.logInput.declaration(in: family), Maps.logs] : []
        let others = (limits?.sets(in: family) ?? []) + logged
        if choice == .proxy, isCounted { return [Maps.newLocalConnections] + others }
        guard let persistence else { return others }
        let fields = persistence.fields
        return others
            + [
                fields.learnt(in: family), fields.readable(in: family), fields.readableRest(in: family),
                persistence.hasStaticSessions ? fields.statics(in: family) : nil,
            ].compactMap { $0 }
    }

    /// What it is, for people: `nat rr M=61`.
    public var comment: String {
        let words: [String] =
            switch choice {
            case .turn: ["nat", "rr"]
            case .lot: ["nat", "weight"]
            case .hash(let fields): ["nat", "hash"] + fields.map(\.rawValue)
            case .symmetricHash: ["nat", "symhash"]
            case .proxy: ["local"]
            }
        let rest = [
            choice == .proxy ? nil : "M=\(slotCount.rawValue)", persistence?.comment, limits?.comment,
            queue.map { "queue=\($0)" }, helpers.isEmpty ? nil : "helper=" + helpers.map(\.name).joined(separator: ","),
            logsInput ? "log" : nil,
            copiesMark ? "copy" : nil,
            isCounted ? nil : "uncounted",
        ]
        return (words + rest.compactMap { $0 }).joined(separator: " ")
    }
}

extension Shape.Persistence {
    /// `persist=srcip/60s`
    var comment: String {
        "persist=\(fields.name)/\(seconds)s" + (hasStaticSessions ? " static" : "")
    }
}

extension Shape {
    /// Whether every slot has a backend, or only as many as make exact shares.
    var fillsAllSlots: Bool {
        switch choice {
        case .turn, .lot: false
        case .hash, .symmetricHash, .proxy: true
        }
    }
}

extension Shape.Choice {
    init(_ farm: Farm) {
        if farm.mode == .local {
            self = .proxy
            return
        }
        switch farm.scheduler {
        case .rr: self = .turn
        case .weight: self = .lot
        case .hash, .maglev: self = .hash(farm.hashFields)
        case .symhash: self = .symmetricHash
        }
    }
}

extension Chain {
    /// A chain that is never changed: its name is a digest of its rules.
    init(digesting rules: [Rule], and others: [Rule] = [], prefix: String, comment: String) {
        var digest = Digest()
        for rule in rules + others { digest.combine(rule.description) }
        self.init(prefix + digest.text.prefix(12), comment: comment, rules: rules)
    }
}
