// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import JSON

/// Everything about an attribute but the way into its object: what help, schemas and completion show.
public struct AttributeDescription: Sendable, Hashable {
    /// Its key in the native dialect.
    public let key: String

    /// What values it takes.
    public let type: AttributeType

    /// Its value when none is given; nil: it must be given.
    public let defaultValue: JSONValue?

    /// Who may change it.
    public let role: Role

    /// What it is, in one sentence.
    public let help: String

    /// Whether it works in this version.
    public let availability: Availability

    /// Whether it tells its object from the others of its list.
    public var isIdentifier: Bool { availability == .identifier }
}

/// Whether and how an attribute can be given.
public enum Availability: Sendable, Hashable {
    /// It finds or makes the object; it cannot be changed by giving another value.
    case identifier
    /// It works, or it is stored and has no effect by itself.
    case now
    /// It is another way to give the first address of a farm; it is never printed.
    case alias
    /// A value other than its default is `unsupported` until this feature comes.
    case later(Feature)
    /// It is what the balancer says; a value other than its default is `invalid`.
    case readOnly
    /// It is an order and no attribute; there is another way, which the text names.
    case order(String)
}
