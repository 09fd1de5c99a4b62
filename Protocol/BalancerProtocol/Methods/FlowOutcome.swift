// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A backend and how likely it gets a flow.
public struct FlowShare: Record, Hashable {
    /// The backend.
    public var backend = ""
    /// Of a million.
    public var perMillion: UInt64 = 0

    /// Nobody.
    public init() {}

    /// A backend.
    public init(backend: String, perMillion: UInt64) {
        self.backend = backend
        self.perMillion = perMillion
    }

    /// What goes over the wire.
    public static let fields: [Field<FlowShare>] = [
        .required("backend", \.backend, "The backend."),
        .required("perMillion", \.perMillion, "Of a million such flows, how many it gets."),
    ]
}

/// What a backend sees of a flow.
public struct FlowTranslation: Record, Hashable {
    /// Where it comes from.
    public var source: String?
    /// Where it goes, `ADDRESS:PORT`.
    public var destination = ""

    /// Nothing.
    public init() {}

    /// What a backend sees.
    public init(source: String?, destination: String) {
        self.source = source
        self.destination = destination
    }

    /// What goes over the wire.
    public static let fields: [Field<FlowTranslation>] = [
        .optional(
            "source", \.source,
            "The address it comes from; missing: the balancer's, by the route to the backend (masquerading)."
        ),
        .required("destination", \.destination, "Address and port of the backend."),
    ]
}

/// What connection tracking knows of a flow.
public struct FlowConnection: Record, Hashable {
    /// The backend that it is with.
    public var backend = NameOrNull()
    /// Who answers, `ADDRESS:PORT`.
    public var answering = ""
    /// The connection mark.
    public var mark: UInt64 = 0
    /// Whether packets have been seen both ways.
    public var replied = false
    /// Seconds until it is forgotten, if no packet comes.
    public var seconds: UInt64 = 0

    /// Nothing.
    public init() {}

    /// What goes over the wire.
    public static let fields: [Field<FlowConnection>] = [
        .required("backend", \.backend, "The backend that it is with; null: none of ours."),
        .required("answering", \.answering, "Address and port of who answers."),
        .required("mark", \.mark, "The connection mark."),
        .required("replied", \.replied, "Whether packets have been seen both ways."),
        .required("seconds", \.seconds, "Seconds until it is forgotten, if no packet comes."),
    ]
}
