// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

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
        .required("backends", \.backends, "Its backends in their order."),
    ]
}

/// The status of a backend.
public struct BackendStatus: Record, Hashable {
    /// The backend.
    public var name = ""
    /// What was declared: `up`, `down` or `off`.
    public var state = "up"
    /// What is the case.
    public var operational = OperationalState.up
    /// Why it is not as declared; empty otherwise.
    public var reason = ""

    /// A backend without a name.
    public init() {}

    /// The status of a backend.
    public init(name: String, state: String, operational: OperationalState, reason: String = "") {
        self.name = name
        self.state = state
        self.operational = operational
        self.reason = reason
    }

    /// What goes over the wire.
    public static let fields: [Field<BackendStatus>] = [
        .required("name", \.name, "The backend."),
        .required("state", \.state, "What was declared.", schema: .words(["up", "down", "off"])),
        .required("operational", \.operational, "What is the case."),
        .required("reason", \.reason, "Why it is not as declared; empty otherwise."),
    ]
}
