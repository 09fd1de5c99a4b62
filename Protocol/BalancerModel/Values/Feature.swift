// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What a value needs that this version does not have yet. A value that needs one is refused as `unsupported`.
public enum Feature: String, Sendable, Hashable, CaseIterable {
    case oneSidedAddress = "a hardware address of one side alone"
    case hostNames = "host names"
}

/// A closed list of words, one of which is the value of an attribute.
public protocol Word: RawRepresentable<String>, CaseIterable, Sendable, Hashable {
    /// What this word needs that this version does not have; nil for what works.
    var laterFeature: Feature? { get }
}

extension Word {
    /// What this word needs that this version does not have.
    public var laterFeature: Feature? { nil }

    /// The words of this list as an attribute's type shows them.
    public static var choices: [Choice] {
        allCases.map { Choice(word: $0.rawValue, later: $0.laterFeature) }
    }
}

/// One word of a closed list.
public struct Choice: Sendable, Hashable {
    /// The word.
    public let word: String

    /// What it needs that this version does not have.
    public let later: Feature?
}
