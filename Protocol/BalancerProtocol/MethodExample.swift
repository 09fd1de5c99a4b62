// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A request and its answer. Tests decode and encode it, and put it to a real server.
public struct MethodExample: Sendable {
    /// A few words: what it shows.
    public let name: String

    /// The configuration that the server holds before, in the native dialect.
    public let configuration: String

    /// The parameters of a `configuration.apply` that comes just before; nil: none does.
    public let change: String?

    /// The parameters as they are sent, to the byte; nil: no member `params`.
    public let parameters: String?

    /// The result as it is sent, to the byte; for an error, its member `error`.
    public let answer: Answer

    /// What comes back.
    public enum Answer: Sendable, Hashable {
        /// Always this.
        case result(String)
        /// Something of this form, with other values (a version, a document).
        case resultLike(String)
        /// This error.
        case error(String)
    }

    /// An example. A server that starts empty and applies `configuration` once is at revision 1.
    public init(
        _ name: String, configuration: String = "{}", change: String? = nil, parameters: String? = nil, answer: Answer
    ) {
        self.name = name
        self.configuration = configuration
        self.change = change
        self.parameters = parameters
        self.answer = answer
    }
}
