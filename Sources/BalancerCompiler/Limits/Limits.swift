// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import Nftables

extension Shape {
    /// What the sources of a farm may do, and what happens to packets beyond it.
    ///
    /// Each source has its own budget with each farm: it is an element of a set that all farms with the same numbers share.
    /// Another number is another set, so a change is true for the next packet, and old budgets do not outlive it.
    public struct Limits: Sendable, Hashable {
        /// New connections; nil: no limit.
        public var newConnections: RateLimit?
        /// RST packets; nil: no limit.
        public var resets: RateLimit?
        /// Connections at once; 0: no limit.
        public var established: UInt32
        /// Whether packets of TCP that belong to no connection are refused.
        public var isStrict: Bool
        /// Whether backends have limits.
        public var hasBackendLimits: Bool
        /// Whether what is beyond, of sources, is dropped; else it is only counted, and logged.
        public var isDropping: Bool

        /// Limits.
        public init(
            newConnections: RateLimit? = nil, resets: RateLimit? = nil, established: UInt32 = 0, isStrict: Bool = false,
            hasBackendLimits: Bool = false, isDropping: Bool = true
        ) {
            self.newConnections = newConnections
            self.resets = resets
            self.established = established
            self.isStrict = isStrict
            self.hasBackendLimits = hasBackendLimits
            // Limits of backends have a verdict of their own: without another limit the chains are the same.
            let hasOthers = newConnections != nil || resets != nil || established > 0 || isStrict
            self.isDropping = isDropping || !hasOthers
        }
    }

    /// A rate for each source.
    public struct RateLimit: Sendable, Hashable {
        /// The rate.
        public var rate: PacketRate
        /// How many seconds a source is remembered that sends nothing; 0: for ever.
        public var lifetime: UInt32

        /// A rate for each source.
        public init(_ rate: PacketRate, lifetime: UInt32) {
            self.rate = rate
            self.lifetime = lifetime
        }
    }
}

extension Shape.Limits {
    /// What is limited.
    var kinds: [LimitKind] {
        LimitKind.allCases.filter { kind in
            switch kind {
            case .new: newConnections != nil
            case .reset: resets != nil
            case .established: established > 0
            case .strict: isStrict
            case .backend: hasBackendLimits
            }
        }
    }

    /// The budgets of sources with each farm, made by traffic.
    public func meters(in family: TableFamily) -> [SetDeclaration] {
        [
            newConnections?.meter(.new, in: family), resets?.meter(.reset, in: family),
            established > 0 ? connections(in: family) : nil,
        ].compactMap { $0 }
    }

    /// The connections of each source, made by traffic.
    func connections(in family: TableFamily) -> SetDeclaration {
        SetDeclaration(
            "est-\(established)", key: .expressions(Self.source(family)), isDynamic: true, size: Maps.sourcesSize)
    }

    /// The maps and sets that stand for the sake of these limits.
    func sets(in family: TableFamily) -> [SetDeclaration] {
        meters(in: family) + ofSources.flatMap { $0.sets(in: family) } + [Maps.unmetered]
            + (hasBackendLimits ? [Maps.backendLimit, Maps.backendLimits] : [])
    }

    /// The chains behind hits.
    func chains(in family: TableFamily) -> [Chain] {
        ofSources.flatMap { $0.chains(isDropping: isDropping, in: family) }
    }

    /// What each backend has of its own is not among it.
    private var ofSources: [LimitKind] { kinds.filter { $0 != .backend } }

    /// Farm and source: the key of a budget.
    static func source(_ family: TableFamily) -> [Expression] { [.meta(.priority), .field(family.source)] }

    /// `new=5/minute burst 5 packets/120s est=6 strict nodrop`
    var comment: String {
        let others = [
            newConnections.map { "new=\($0.comment)" }, established > 0 ? "est=\(established)" : nil,
            hasBackendLimits ? "blimit" : nil,
        ]
        return (others.compactMap { $0 } + [guardComment].filter { !$0.isEmpty }).joined(separator: " ")
    }

    /// `rst=5/minute burst 5 packets/120s strict nodrop`
    var guardComment: String {
        [resets.map { "rst=\($0.comment)" }, isStrict ? "strict" : nil, isDropping ? nil : "nodrop"]
            .compactMap { $0 }.joined(separator: " ")
    }
}

extension Shape.RateLimit {
    /// The budgets of sources with each farm: named by its numbers, which nobody changes.
    func meter(_ kind: LimitKind, in family: TableFamily) -> SetDeclaration {
        SetDeclaration(
            "\(kind.rawValue)-\(rate.amount)-\(rate.unit.rawValue)-\(rate.burst)-\(lifetime)s",
            key: .expressions(Shape.Limits.source(family)), isDynamic: true, lifetime: lifetime == 0 ? nil : lifetime,
            size: Maps.sourcesSize)
    }

    fileprivate var comment: String { "\(rate)/\(lifetime)s" }
}
