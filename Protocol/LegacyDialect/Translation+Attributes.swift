// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

// What the C program does with single attributes, beyond their types.
extension Translation {
    /// Sets an attribute from its text, or leaves it out where the C program ignores it.
    mutating func set(
        _ attribute: AttributeDescription, _ text: String, _ kind: ObjectKind, in native: inout JSONObject
    ) throws(BalancerError) {
        // Only printed, or an order of that program to itself.
        if attribute.availability == .readOnly || attribute.key == "action" { return }
        switch (kind, attribute.key) {
        case (.element, "time"), (.address, "ether-addr"), (.address, "log-rtlimit"):
            return
        case (.farm, "priority"):
            // Checked, then computed.
            _ = try value(attribute, text)
        case (.farm, "mark"):
            guard let mark = farmMark(text) else { return }
            native["mark"] = .integer(mark)
        case (.backend, "mark"):
            guard let mark = backendMark(text, attribute.availability) else { return }
            native["mark"] = .integer(mark)
        case (.backend, "ip-addr") where text.isEmpty:
            throw refused("Key 'ip-addr' cannot be empty")
        case (.farm, "state") where text == "config_error":
            return
        case (.backend, "state") where text == "config_error":
            native["state"] = "up"
        case (.policy, "family") where text != "ipv4" && text != "ipv6":
            warnings.append("Parsing unknown value '\(text.shown)' in 'family', using default 'ipv4'")
        case (_, "family") where text == "inet":
            // Known to that program, but not working there; the decoder says what to write instead.
            native["family"] = "inet"
        case (_, "ports"), (_, "virtual-ports"):
            guard text.trimmed != "0" else { return }
            native[attribute.key] = try ports(text)
        case (.farm, "scheduler"):
            let scheduler = try value(attribute, text)
            native["scheduler"] = scheduler
            if scheduler != "hash" { native["sched-param"] = [] }
        default:
            native[attribute.key] = try value(attribute, text)
        }
    }

    /// That program keeps the highest bit for masquerading and ignores a farm's mark that has it.
    private mutating func farmMark(_ text: String) -> Int64? {
        let mark = text.hexadecimal
        guard mark & 0x8000_0000 == 0 else {
            warnings.append("Mark '\(text.shown)' has the bit of masquerading and was ignored")
            return nil
        }
        return mark
    }

    /// That program chooses the marks of backends and prints them, so most marks are not what somebody wants.
    private mutating func backendMark(_ text: String, _ availability: Availability) -> Int64? {
        let mark = text.hexadecimal
        guard (0x1...0xfff).contains(mark) else { return nil }
        if case .later = availability {
            warnings.append("The marks of backends were ignored: the balancer chooses them")
            return nil
        }
        return mark
    }

    /// The farm's first address stands in a printed farm twice: by itself, and in the old attributes for one address,
    /// which the native dialect accepts only without `addresses`. They are left out where they say the same; where not,
    /// the decoder refuses them.
    func foldAliases(_ farm: inout JSONObject) {
        let aliases = ["family": "family", "virtual-addr": "ip-addr", "virtual-ports": "ports", "protocol": "protocol"]
        guard case .array(let addresses)? = farm["addresses"], aliases.keys.contains(where: { farm[$0] != nil }) else {
            return
        }
        guard let first = addresses.first?.object else {
            farm["addresses"] = nil
            return
        }
        let table = KindTable.of(.farmAddress)
        let same = aliases.allSatisfy { alias, key in
            guard let value = farm[alias] else { return true }
            return value == first[key] ?? table.attributes[key]?.defaultValue
        }
        guard same else { return }
        for alias in aliases.keys { farm[alias] = nil }
    }
}
