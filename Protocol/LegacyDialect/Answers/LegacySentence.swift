// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A sentence that the C program adds to what it answers: what was wrong, or taken for something else than it says.
public enum LegacySentence: Sendable, Hashable {
    /// A key that no object has.
    case unknownKey(String)
    /// A key that is known and never taken; that program names it by its own number.
    case unknownParsedKey(index: String)
    /// A value that must not be empty.
    case emptyValue(key: String)
    /// A number below its least.
    case below(key: String, least: Int64)
    /// A word that is none of the attribute's; the default was taken.
    case unknownWord(String, key: String, taken: String)
    /// A text in which no word of the attribute occurs; none was taken.
    case unknownWords(String)
    /// A value that is none of the attribute's, where there is no default to take.
    case unknownValue(String, key: String)
    /// There is no such farm.
    case unknownFarm(String)
    /// The farm has no such backend.
    case unknownBackend(String, farm: String)
    /// There is no such policy.
    case unknownPolicy(String)
    /// The farm does not use the policy.
    case unknownFarmPolicy(String, farm: String)
    /// There is no such address.
    case unknownAddress(String)
    /// The farm has no such address.
    case unknownFarmAddress(String, farm: String)
    /// The policy has no such element.
    case unknownElement(String, policy: String)
    /// The farm remembers nobody, so there are no sessions to delete.
    case withoutPersistence(farm: String)
    /// The request needs the name of a farm.
    case farmNeeded
    /// The request needs the name of a policy.
    case policyNeeded
    /// The farm's helper does not understand the farm's protocol.
    case helperMismatch(farm: String)
    /// A sentence of ours, about something that the C program does not notice.
    case own(String)

    /// The sentence without a final stop.
    public var text: String {
        switch self {
        case .unknownKey(let key): "Unknown key '\(key.shown)'"
        case .unknownParsedKey(let index): "Unknown parsed key with index '\(index.shown)'"
        case .emptyValue(let key): "Key '\(key)' cannot be empty"
        case .below(let key, let least): "Invalid value of key '\(key)' must be >=\(least)"
        case .unknownWord(let value, let key, let taken):
            "Parsing unknown value '\(value.shown)' in '\(key)', using default '\(taken)'"
        case .unknownWords(let value): "Parsing unknown value '\(value.shown)', using default 'none'"
        case .unknownValue(let value, let key): "Parsing unknown value '\(value.shown)' in '\(key)'"
        case .unknownFarm(let farm): "Unknown farm '\(farm.shown)'"
        case .unknownBackend(let backend, let farm): "Unknown backend '\(backend.shown)' in farm '\(farm.shown)'"
        case .unknownPolicy(let policy): "Unknown policy '\(policy.shown)'"
        case .unknownFarmPolicy(let policy, let farm):
            "Unknown farm policy '\(policy.shown)' in farm '\(farm.shown)'"
        case .unknownAddress(let address): "Unknown address '\(address.shown)'"
        case .unknownFarmAddress(let address, let farm):
            "Unknown farm address '\(address.shown)' in farm '\(farm.shown)'"
        case .unknownElement(let element, let policy):
            "Unknown element '\(element.shown)' in policy '\(policy.shown)'"
        case .withoutPersistence(let farm): "Farm '\(farm.shown)' without session persistence"
        case .farmNeeded: "Please select a valid farm"
        case .policyNeeded: "Please select a valid policy"
        case .helperMismatch(let farm): "Farm '\(farm.shown)' doesn't validate helper protocol"
        case .own(let text): text
        }
    }
}

extension String {
    /// A value as sentences show it: not longer than any name, and without what moves a terminal's cursor.
    var shown: String {
        let most = 255
        var text = ""
        for (index, scalar) in unicodeScalars.enumerated() {
            if index == most { return text + "…" }
            text.unicodeScalars.append(scalar.properties.generalCategory == .control ? "?" : scalar)
        }
        return text
    }
}
