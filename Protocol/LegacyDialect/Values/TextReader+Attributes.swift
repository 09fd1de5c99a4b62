// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

// What the C program does with single attributes, beyond their types.
extension TextReader {
    /// Sets an attribute from its text, or leaves it out where the C program ignores it.
    mutating func set(
        _ attribute: AttributeDescription, _ text: String, _ kind: ObjectKind, in native: inout JSONObject
    ) throws(TextRefusal) {
        // Only printed, or an order of that program to itself.
        if attribute.availability == .readOnly || attribute.key == "action" { return }
        switch (kind, attribute.key) {
        case (.element, "time"), (.address, "ether-addr"), (.address, "log-rtlimit"):
            return
        case (.farm, "priority"), (.policy, "route"):
            // Checked, then forgotten: the first is computed, the second is always `in`. A list that began to look at
            // destinations would be open.
            _ = try value(attribute, text)
        case (.farm, "mark"):
            guard let mark = farmMark(text) else { return }
            native["mark"] = .integer(mark)
        case (.backend, "mark"):
            guard let mark = backendMark(text) else { return }
            native["mark"] = .integer(mark)
        case (.backend, "ip-addr") where text.isEmpty:
            throw TextRefusal(.emptyValue(key: "ip-addr"))
        case (.farm, "state") where text == "config_error":
            return
        case (.backend, "state") where text == "config_error":
            native["state"] = "up"
        case (.backend, "state") where text == BackendState.incomplete.rawValue:
            // A word of the native dialect alone.
            warnings.append(.unknownWord(text, key: "state", taken: "up"))
            native["state"] = "up"
        case (.policy, "family") where text != "ipv4" && text != "ipv6":
            warnings.append(.unknownWord(text, key: "family", taken: "ipv4"))
        case (_, "family") where text == "inet":
            // Known to that program, but not working there; the decoder says what to write instead.
            native["family"] = "inet"
        case (_, "ports"), (_, "virtual-ports"):
            guard text.trimmed != "0" else { return }
            native[attribute.key] = try ports(text)
        case (.farm, "scheduler"):
            let scheduler = try value(attribute, text)
            native["scheduler"] = scheduler
            // The second word is not that program's, but it takes fields as well.
            if scheduler != "hash", scheduler != "maglev" { native["sched-param"] = [] }
        default:
            native[attribute.key] = try value(attribute, text)
        }
    }

    /// That program keeps the highest bit for masquerading and ignores a farm's mark that has it.
    private mutating func farmMark(_ text: String) -> Int64? {
        let mark = text.hexadecimal
        guard mark & 0x8000_0000 == 0 else {
            warnings.note("Mark '\(text.shown)' has the bit of masquerading and was ignored")
            return nil
        }
        return mark
    }

    /// None is no change. That program ends at 0xfff and ignores what is beyond; here that is possible.
    private mutating func backendMark(_ text: String) -> Int64? {
        let mark = text.hexadecimal
        guard mark != 0 else { return nil }
        guard Mark.range.contains(mark) else {
            warnings.note("Mark '\(text.shown)' is not one of a backend and was ignored")
            return nil
        }
        return mark
    }
}
