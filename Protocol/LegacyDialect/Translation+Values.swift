// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

// How the C program understands the text of each type.
extension Translation {
    mutating func value(_ attribute: AttributeDescription, _ text: String) throws(BalancerError) -> JSONValue {
        switch attribute.type {
        case .number(let range): .integer(try number(text, attribute.key, from: range.lowerBound))
        case .port: try port(text)
        case .boolean: .bool(text == "on")
        case .rate: .string(try rate(text, attribute.key))
        // The suffix of an alias of an interface, eth0:1, is cut.
        case .interface: .string(String(text.prefix { $0 != ":" }))
        case .word(let choices): word(text, choices, attribute)
        case .words(let choices): try words(text, choices, attribute.key)
        case .ports: try ports(text)
        case .name, .address, .logPrefix, .hardwareAddress, .text, .sessionKey, .addressRange, .objects: .string(text)
        }
    }

    private func number(_ text: String, _ key: String, from least: Int64) throws(BalancerError) -> Int64 {
        let number = text.atoi
        guard number >= least else { throw refused("Invalid value of key '\(key)' must be >=\(least)") }
        return number
    }

    /// A port of a backend; none is the port that the client asked for.
    private func port(_ text: String) throws(BalancerError) -> JSONValue {
        if text.trimmed.isEmpty { return .null }
        guard let port = text.decimal else { throw refused("'\(text.shown)' is not the number of a port") }
        return .integer(port)
    }

    /// Ports and ranges with commas between them; reversed ranges are nothing, no ports are all.
    mutating func ports(_ text: String) throws(BalancerError) -> JSONValue {
        var ports: [JSONValue] = []
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { String($0).decimal }
            guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1] else {
                throw refused("'\(String(part).shown)' is neither a port nor a range of ports")
            }
            if first == last {
                ports.append(.integer(first))
            } else if first < last {
                ports.append(.string("\(first)-\(last)"))
            } else {
                warnings.append("Range '\(String(part).shown)' is reversed and was ignored")
            }
        }
        if ports.isEmpty, !text.trimmed.isEmpty {
            throw refused("'\(text.shown)' leaves no port", hint: "an empty text is all ports")
        }
        return .array(ports)
    }

    /// `10/minute`, `10` for each second; empty and what begins with 0 is no limit.
    private func rate(_ text: String, _ key: String) throws(BalancerError) -> String {
        if text.isEmpty || text.hasPrefix("0") { return "0/second" }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let unit = parts.count == 2 ? parts[1] : "second"
        if parts[0].atoi < 0 { throw refused("Invalid value of key '\(key)' must be >=0") }
        guard parts[0].atoi > 0, ["second", "minute", "hour", "day", "week"].contains(unit) else {
            throw refused("Parsing unknown value '\(text.shown)' in '\(key)'")
        }
        return "\(parts[0].atoi)/\(unit)"
    }

    /// A word of a list, or the default with the sentence of the C program.
    private mutating func word(_ text: String, _ choices: [Choice], _ attribute: AttributeDescription) -> JSONValue {
        if choices.contains(where: { $0.word == text }) { return .string(text) }
        let standard = attribute.defaultValue ?? .string(choices.first?.word ?? "")
        warnings.append(
            "Parsing unknown value '\(text.shown)' in '\(attribute.key)', using default '\(standard.string ?? "")'")
        return standard
    }

    /// Words wherever they stand in the text, with anything between them; `none` anywhere is none of them.
    private mutating func words(
        _ text: String, _ choices: [Choice], _ key: String
    ) throws(BalancerError) -> JSONValue {
        let found = choices.filter { text.holds($0.word) }.map { JSONValue.string($0.word) }
        if key == "verdict" {
            guard !found.isEmpty else { throw refused("Parsing unknown value '\(text.shown)' in 'verdict'") }
            return .array(found)
        }
        if text.holds("none") { return [] }
        if found.isEmpty {
            let place = key == "log" ? " in 'log'" : ""
            warnings.append("Parsing unknown value '\(text.shown)'\(place), using default 'none'")
        }
        return .array(found)
    }
}
