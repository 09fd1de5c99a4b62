// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import BalancerModel

/// What is the case with a farm or a backend.
public enum OperationalState: String, WordValue {
    /// It takes connections.
    case up
    /// It takes connections, but not as declared.
    case degraded
    /// It takes none although it should, or was told not to.
    case down
    /// It was switched off.
    case off
}

/// The status of a farm.
public struct FarmStatus: Record, Hashable {
    /// The farm.
    public var name = ""
    /// What was declared: `up`, `down` or `off`.
    public var state = "up"
    /// What is the case.
    public var operational = OperationalState.up
    /// Why it is not as declared; empty otherwise.
    public var reason = ""
    /// Since when it is declared so, in seconds since 1970.
    public var stateSince: UInt64 = 0
    /// Since when that is the case, in seconds since 1970.
    public var operationalSince: UInt64 = 0
    /// How many slots its flows are spread over; of a farm whose scheduler is `maglev`.
    public var slots: UInt64?
    /// Of 1000 flows of the other backends, how many move when one backend leaves; of a farm whose scheduler is `maglev` and
    /// that has fewer than 400 slots a backend.
    public var displaced: UInt64?
    /// Its backends in their order.
    public var backends: [BackendStatus] = []

    /// A farm without a name.
    public init() {}

    /// The status of a farm.
    public init(
        name: String, state: String, operational: OperationalState, reason: String = "", backends: [BackendStatus] = []
    ) {
        self.name = name
        self.state = state
        self.operational = operational
        self.reason = reason
        self.backends = backends
    }

    /// What goes over the wire.
    public static let fields: [Field<FarmStatus>] = [
        .required("name", \.name, "The farm."),
        .required("state", \.state, "What was declared.", schema: .words(["up", "down", "off"])),
        .required("operational", \.operational, "What is the case."),
        .required("reason", \.reason, "Why it is not as declared; empty otherwise."),
        .defaulting("stateSince", \.stateSince, 0, "Since when it is declared so, in seconds since 1970."),
        .defaulting("operationalSince", \.operationalSince, 0, "Since when that is the case, in seconds since 1970."),
        .optional("slots", \.slots, "How many slots the flows of a farm with scheduler maglev are spread over."),
        .optional(
            "displaced", \.displaced,
            "Of 1000 flows of the other backends, how many move when one leaves; maglev with fewer than 400 slots a backend."
        ),
        .required("backends", \.backends, "Its backends in their order."),
    ]
}

/// The status of a backend.
public struct BackendStatus: Record, Hashable {
    /// The backend.
    public var name = ""
    /// What was declared: `up`, `down`, `off` or `incomplete`.
    public var state = "up"
    /// What is the case.
    public var operational = OperationalState.up
    /// Why it is not as declared; empty otherwise.
    public var reason = ""
    /// Since when it is declared so, in seconds since 1970.
    public var stateSince: UInt64 = 0
    /// Since when that is the case, in seconds since 1970.
    public var operationalSince: UInt64 = 0
    /// Its number in connection marks, without the flags of the upper five bits.
    public var mark: UInt64 = 0
    /// How far its drain is; nil: it is not being drained.
    public var drain: BackendDrainStatus?

    /// A backend without a name.
    public init() {}

    /// The status of a backend.
    public init(name: String, state: String, operational: OperationalState, reason: String = "", mark: UInt64) {
        self.name = name
        self.state = state
        self.operational = operational
        self.reason = reason
        self.mark = mark
    }

    /// What goes over the wire.
    public static let fields: [Field<BackendStatus>] = [
        .required("name", \.name, "The backend."),
        .required("state", \.state, "What was declared.", schema: .words(BackendState.allCases.map(\.rawValue))),
        .required("operational", \.operational, "What is the case."),
        .required("reason", \.reason, "Why it is not as declared; empty otherwise."),
        .defaulting("stateSince", \.stateSince, 0, "Since when it is declared so, in seconds since 1970."),
        .defaulting("operationalSince", \.operationalSince, 0, "Since when that is the case, in seconds since 1970."),
        .defaulting(
            "mark", \.mark, 0,
            "Its number in connection marks (given or drawn), or-ed with the mark of the farm; without the balancer's flags."
        ),
        .optional("drain", \.drain, "How far its drain is; missing when it is not being drained."),
    ]
}

/// How far the drain of a backend is.
public struct BackendDrainStatus: Record, Hashable {
    /// When what is left is cut, in seconds since 1970.
    public var until: UInt64 = 0
    /// How many connections are left, as counted within a second or two; nil: not yet counted, or not known in this mode.
    public var left: UInt64?

    /// At no time.
    public init() {}

    /// A drain.
    public init(until: UInt64, left: UInt64?) {
        self.until = until
        self.left = left
    }

    /// What goes over the wire.
    public static let fields: [Field<BackendDrainStatus>] = [
        .required("until", \.until, "When what is left of its connections is cut, in seconds since 1970."),
        .optional("left", \.left, "How many connections are left; missing where that is not known."),
    ]
}
