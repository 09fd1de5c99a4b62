// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
import JSON

/// Since when an object is told to be what it is told to be, and since when it is what it is; seconds since 1970.
public struct Moments: Equatable, Sendable {
    /// Since when the declared state is what it is.
    public var declared: Int64
    /// What is the case.
    var operational: Condition.State
    /// Since when that is the case.
    public var since: Int64
}

/// The moments of a farm and of its backends, in their order.
///
/// They are part of the objects' rows: a restart changes none of them, unless something else is the case afterwards. What the
/// host's network alone has changed is stored with the next change of the object.
public struct FarmMoments: Equatable, Sendable {
    /// The farm's.
    public var farm: Moments
    /// One for each backend.
    public var backends: [Moments]
}

extension FarmMoments {
    /// Those of a farm that was changed now: what has not changed keeps its moments.
    init(
        _ difference: ObjectDifference<Farm>, _ farm: Farm, _ condition: FarmCondition, before: FarmMoments?, now: Int64
    ) {
        let old = difference.before
        self.farm = Moments(
            before?.farm, isSameState: old?.state == farm.state, operational: condition.farm.state, now: now)
        backends = zip(farm.backends, difference.originsOfBackends).enumerated().map { index, entry in
            let (backend, origin) = entry
            return Moments(
                origin.flatMap { before?.backends[$0] },
                isSameState: origin.flatMap { old?.backends[$0].state } == backend.state,
                operational: condition.backends[index].state, now: now)
        }
    }

    /// Those of a farm that was stored. What is the case now may be something else: that is reviewed, and told, once the
    /// network is known.
    ///
    /// - Parameter condition: what seems to be the case, for what was stored without moments.
    init(_ condition: FarmCondition, stored: Moments?, backends: [Moments?], now: Int64) {
        func moments(_ stored: Moments?, _ condition: Condition) -> Moments {
            stored ?? Moments(nil, isSameState: false, operational: condition.state, now: now)
        }
        self.farm = moments(stored, condition.farm)
        self.backends = zip(backends, condition.backends).map(moments)
    }
}

extension Moments {
    fileprivate init(_ before: Moments?, isSameState: Bool, operational: Condition.State, now: Int64) {
        declared = isSameState ? before?.declared ?? now : now
        self.operational = operational
        since = before?.operational == operational ? before?.since ?? now : now
    }

    /// In a row, beside the attributes; no attribute has such a name.
    static let key = "@since"

    /// As a row has it.
    var json: JSONValue { [.integer(declared), .string(operational.rawValue), .integer(since)] }

    /// From a row; nil: from a daemon that did not know it.
    init?(json: JSONValue?) {
        guard let parts = json?.array, parts.count == 3, let declared = parts[0].number?.integer,
            let operational = parts[1].string.flatMap(Condition.State.init(rawValue:)),
            let since = parts[2].number?.integer
        else { return nil }
        self.declared = declared
        self.operational = operational
        self.since = since
    }
}

extension EngineStatus {
    /// Since when a farm and its backends are what they are; nil: there is no such farm.
    public func moments(of farm: Name) -> FarmMoments? { farms[farm]?.moments }
}
