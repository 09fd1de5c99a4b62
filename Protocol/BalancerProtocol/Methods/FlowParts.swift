// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import JSON

/// The transport of a flow.
public enum FlowTransport: String, WordValue {
    case tcp
    case udp
    case sctp
}

/// What becomes of a flow.
public enum FlowVerdict: String, WordValue {
    /// A backend gets it.
    case balanced
    /// A program on the balancer gets it.
    case local
    /// A policy drops it.
    case dropped
    /// A farm takes it and has nobody to give it to.
    case unserved
    /// No farm takes it.
    case untouched
    /// Another node of the cluster takes it.
    case elsewhere
}

/// A name that is always said, as null where there is none.
public struct NameOrNull: FieldValue, Hashable {
    /// The name.
    public var name: String?

    /// A name, or none.
    public init(_ name: String? = nil) { self.name = name }

    /// A string or null.
    public static var schema: Schema { Schema.type("string").with("type", ["string", "null"]) }

    /// Reads a string or null.
    public init(field json: JSONValue) throws(FieldFailure) {
        switch json {
        case .null: name = nil
        default: name = try String(field: json)
        }
    }

    /// The value as JSON.
    public var field: JSONValue { name.map { .string($0) } ?? .null }
}

/// A policy that knows an address of a flow.
public struct FlowPolicy: Record, Hashable {
    /// The policy.
    public var name = ""
    /// What it does.
    public var action = Action.count

    /// What a policy does.
    public enum Action: String, WordValue {
        case drop
        case pass
        case count
    }

    /// No policy.
    public init() {}

    /// A policy.
    public init(name: String, action: Action) {
        self.name = name
        self.action = action
    }

    /// What goes over the wire.
    public static let fields: [Field<FlowPolicy>] = [
        .required("name", \.name, "The policy."),
        .required("action", \.action, "What it does: drop; pass, whatever later ones say; count."),
    ]
}

/// A limit that a flow has to pass.
public struct FlowLimit: Record, Hashable {
    /// The attribute.
    public var attribute = ""
    /// Its value.
    public var value = ""
    /// Whether what is beyond is dropped.
    public var drops = true

    /// No limit.
    public init() {}

    /// A limit.
    public init(attribute: String, value: String, drops: Bool) {
        self.attribute = attribute
        self.value = value
        self.drops = drops
    }

    /// What goes over the wire.
    public static let fields: [Field<FlowLimit>] = [
        .required("attribute", \.attribute, "The attribute of the farm, or of a backend of it, that sets it."),
        .required("value", \.value, "Its value."),
        .required("drops", \.drops, "Whether what is beyond is dropped; else it is counted."),
    ]
}

/// The session that decides where a flow goes.
public struct FlowSession: Record, Hashable {
    /// Whether the configuration says so.
    public var isStatic = false
    /// The backend.
    public var backend = NameOrNull()

    /// No session.
    public init() {}

    /// A session.
    public init(isStatic: Bool, backend: String?) {
        self.isStatic = isStatic
        self.backend = NameOrNull(backend)
    }

    /// What goes over the wire.
    public static let fields: [Field<FlowSession>] = [
        .required("static", \.isStatic, "Whether the configuration says so; else the kernel has learnt it."),
        .required("backend", \.backend, "The backend."),
    ]
}
