// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import Nftables

/// The maps in which clients are known again, one of each kind for each set of fields, shared by all farms
/// (ruleset.md 4.1).
extension SessionFields {
    /// Learnt sessions: farm and fields (or their two hashes) → backend. Made by traffic.
    public func learnt(in family: TableFamily) -> SetDeclaration {
        SetDeclaration(
            "persist-\(name)", key: .expressions(learntParts(in: family, declared: true)),
            data: .expression(.connection(.mark)), isDynamic: true, lifetime: Self.standardLifetime,
            size: Maps.sessionsSize)
    }

    /// Static sessions: farm and fields (or their two hashes) → backend.
    public func statics(in family: TableFamily) -> SetDeclaration {
        SetDeclaration(
            "static-\(name)", key: .expressions(staticParts(in: family, declared: true)),
            data: .expression(.connection(.mark)), size: Maps.sessionsSize)
    }

    /// What cannot be read from hashes: the first four fields and the backend, which names the farm. Made by traffic.
    public func readable(in family: TableFamily) -> SetDeclaration? {
        guard isHashed(in: family) else { return nil }
        return SetDeclaration(
            "sessions-\(name)", key: .expressions(readableParts(in: family)), isDynamic: true,
            lifetime: Self.standardLifetime, size: Maps.sessionsSize)
    }

    /// Of five or six fields those that ``readable(in:)`` has no room for, beside the hashes by which they are found: nft
    /// 1.0.6 lists no declaration of more than five parts (ruleset.md 10). Made by traffic.
    public func readableRest(in family: TableFamily) -> SetDeclaration? {
        guard isHashed(in: family), fields.count > Self.readableFields else { return nil }
        return SetDeclaration(
            "sessions-\(name)-rest", key: .expressions(readableRestParts(in: family, declared: true)),
            isDynamic: true, lifetime: Self.standardLifetime, size: Maps.sessionsSize)
    }

    /// How many fields the readable copy has room for beside the backend.
    public static let readableFields = 4
    /// Rules give every element its own lifetime; a map of elements that end needs one all the same.
    private static let standardLifetime: UInt32 = 60

    // MARK: Keys

    /// The key of a learnt session, as rules compute it and, `declared`, as a declaration says it.
    func learntParts(in family: TableFamily, declared: Bool = false) -> [Expression] {
        [.meta(.priority)] + (isHashed(in: family) ? hashes(in: family, declared) : expressions(in: family))
    }

    /// The key of a static session. A look-up takes keys of any width.
    func staticParts(in family: TableFamily, declared: Bool = false) -> [Expression] {
        [.meta(.priority)] + (isStaticHashed ? hashes(in: family, declared) : expressions(in: family))
    }

    func readableParts(in family: TableFamily) -> [Expression] {
        expressions(in: family).prefix(Self.readableFields) + [.connection(.mark)]
    }

    func readableRestParts(in family: TableFamily, declared: Bool = false) -> [Expression] {
        hashes(in: family, declared) + expressions(in: family).dropFirst(Self.readableFields)
    }

    private func expressions(in family: TableFamily) -> [Expression] { fields.map { $0.expression(in: family) } }

    /// A declaration says numgen where a rule says jhash: nft 1.0.6 and 1.1.3 die when they list a map declared
    /// `typeof jhash …` (ruleset.md 10).
    private func hashes(in family: TableFamily, _ declared: Bool) -> [Expression] {
        zip(hashedParts, Self.hashSeeds).map { part, seed in
            declared
                ? .generated(.increasing, modulus: Self.hashModulus)
                : .hash(part.map { $0.expression(in: family) }, modulus: Self.hashModulus, seed: seed)
        }
    }
}
