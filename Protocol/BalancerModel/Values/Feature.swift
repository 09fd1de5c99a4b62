// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What a value needs that this version does not have yet. A value that needs one is refused as `unsupported`.
public enum Feature: String, Sendable, Hashable, CaseIterable {
    case ingressModes = "the modes dsr and stlsdnat"
    case localMode = "the mode local"
    case symmetricHash = "the scheduler symhash"
    case hashFields = "hashing fields other than srcip and srcport"
    case otherProtocols = "protocols other than tcp and udp"
    case allPorts = "services on all ports"
    case portRanges = "more than 256 ports in one address"
    case persistence = "persistence"
    case sessions = "static sessions"
    case helpers = "connection tracking helpers"
    case limits = "limits"
    case logging = "logging"
    case verdicts = "verdicts"
    case marks = "marks given by the user"
    case queues = "user space queues"
    case flowOffload = "flow offload"
    case priorities = "priorities"
    case interfaces = "interfaces and hardware addresses given by the user"
    case policies = "policies"
    case sharedAddresses = "addresses outside of farms"
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
