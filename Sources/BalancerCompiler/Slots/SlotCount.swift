// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// How many slots a farm has: a prime.
///
/// The counter of `numgen inc` belongs to the shape: two farms hit in turn see only every second value of it. With an even
/// count such a farm would use half of its slots; a prime always visits all. Maglev needs a prime anyway (ruleset.md 4.3).
public enum SlotCount: UInt16, Sendable, Hashable, CaseIterable, Comparable {
    case few = 61
    case some = 251
    case many = 1021
    case most = 4093
    /// For consistent hashes of many backends only.
    case consistent = 16381
    /// The number of a slot has 16 bits: the largest prime below 65,536.
    case largest = 65521

    /// The count.
    public var count: Int { Int(rawValue) }

    /// A prime up to which slots are filled for every sum of weights: whole rounds fill more than half of all slots, because
    /// of k rounds of W slots only fewer than W are left over, and k is at least one.
    var alwaysFilled: UInt32 {
        switch self {
        case .few: 31
        case .some: 113
        case .many: 509
        case .most: 2039
        case .consistent: 8191
        case .largest: 32749
        }
    }

    /// Fewer first.
    public static func < (left: SlotCount, right: SlotCount) -> Bool { left.rawValue < right.rawValue }
}

extension SlotCount {
    /// The smallest count, `least` or more, of which at most one in `share` slots stays empty when only whole rounds of
    /// `round` slots are filled; the greatest if none does.
    static func wholeRounds(of round: Int, emptyAtMostOneIn share: Int, least: SlotCount = .few) -> SlotCount {
        for candidate in inTurn where candidate >= least {
            if round > 0, candidate.count < round { continue }
            let empty = round > 0 ? candidate.count % round : 0
            if empty * share <= candidate.count { return candidate }
        }
        return .most
    }

    /// The count for a hash: enough that shares are near their weights, and depending only on what is configured, so that a
    /// backend that goes down and comes back moves few clients.
    static func hash(backends: Int, round: Int) -> SlotCount {
        let wanted = max(backends * 25, round)
        return inTurn.first { $0.count >= wanted } ?? .most
    }

    /// The count for a consistent hash: so many slots a backend that one which goes for good moves at most 1.5 % of all flows
    /// besides its own (checked by the tests; one that only stops to be up moves none). Few backends scatter more than many:
    /// 3 to 5 have 818 slots each or more, up to 163 have 400 or more; for those beyond see ``ConsistentSpread``.
    static func consistent(backends: Int, round: Int) -> SlotCount {
        let wanted = max(backends * consistentShare, round)
        return allCases.first {
            $0.count >= wanted && ($0 > .most || backends < 3 || $0.count >= 2 * backends * consistentShare)
        } ?? .largest
    }

    /// Slots a backend from which on a consistent hash moves at most 1.5 % of all flows.
    static let consistentShare = 400

    /// Those of which every slot is drawn in turn or by lot.
    private static let inTurn = allCases.filter { $0 <= .most }
}
