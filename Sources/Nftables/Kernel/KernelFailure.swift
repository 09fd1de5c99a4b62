// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Why the kernel, or the helper that talks to it, did not do what was asked. Nothing has changed then.
public struct KernelFailure: Error, Sendable, Hashable {
    /// What kind of failure it is.
    public enum Kind: Sendable, Hashable {
        /// The kernel refused: its error number.
        case refused(errno: Int32)
        /// The helper crashed, could not be started or answered nonsense: what happened.
        case helper(String)
        /// The kernel lacks something.
        case unsupported(KernelFeature)
        /// The kernel's answer could not be read: what is wrong with it.
        case unreadable(String)
    }

    /// What kind of failure it is.
    public var kind: Kind
    /// The kernel's own words, or the helper's.
    public var message: String
    /// Which element the kernel complained about, where it said so.
    public var culprit: ElementCulprit?

    /// Describes a failure.
    public init(kind: Kind, message: String, culprit: ElementCulprit? = nil) {
        self.kind = kind
        self.message = message
        self.culprit = culprit
    }
}

/// An element that the kernel refused.
public struct ElementCulprit: Sendable, Hashable {
    /// Where it was to go, or to be taken away.
    public var set: SetReference
    /// Its key; empty when the kernel names the set only.
    public var key: [UInt8]

    /// Names an element.
    public init(set: SetReference, key: [UInt8]) {
        self.set = set
        self.key = key
    }
}

extension KernelFailure: CustomStringConvertible {
    /// The words and where.
    public var description: String {
        culprit.map { "\(message) (\($0.set))" } ?? message
    }
}
