// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// How the C program understands the text of each type: what it means in the native dialect.
struct TextReader: Sendable {
    var warnings: Warnings

    init(_ manner: Warnings.Manner) {
        warnings = Warnings(manner)
    }

    mutating func value(_ attribute: AttributeDescription, _ text: String) throws(TextRefusal) -> JSONValue {
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

    private func number(_ text: String, _ key: String, from least: Int64) throws(TextRefusal) -> Int64 {
        let number = text.atoi
        guard number >= least else { throw TextRefusal(.below(key: key, least: least)) }
        return number
    }

    /// A port of a backend; none is the port that the client asked for.
    private func port(_ text: String) throws(TextRefusal) -> JSONValue {
        if text.trimmed.isEmpty { return .null }
        guard let port = text.decimal else { throw TextRefusal(.own("'\(text.shown)' is not the number of a port")) }
        return .integer(port)
    }

    /// Ports and ranges with commas between them; reversed ranges are nothing, no ports are all.
    mutating func ports(_ text: String) throws(TextRefusal) -> JSONValue {
        var ports: [JSONValue] = []
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { String($0).decimal }
            guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1] else {
                throw TextRefusal(.own("'\(String(part).shown)' is neither a port nor a range of ports"))
            }
            if first == last {
                ports.append(.integer(first))
            } else if first < last {
                ports.append(.string("\(first)-\(last)"))
            } else {
                warnings.note("Range '\(String(part).shown)' is reversed and was ignored")
            }
        }
        if ports.isEmpty, !text.trimmed.isEmpty {
            throw TextRefusal(.own("'\(text.shown)' leaves no port"), hint: "an empty text is all ports")
        }
        return .array(ports)
    }

    /// `10/minute`, `10` for each second; empty and what begins with 0 is no limit.
    private func rate(_ text: String, _ key: String) throws(TextRefusal) -> String {
        if text.isEmpty || text.hasPrefix("0") { return "0/second" }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let unit = parts.count == 2 ? parts[1] : "second"
        if parts[0].atoi < 0 { throw TextRefusal(.below(key: key, least: 0)) }
        guard parts[0].atoi > 0, ["second", "minute", "hour", "day", "week"].contains(unit) else {
            throw TextRefusal(.unknownValue(text, key: key))
        }
        return "\(parts[0].atoi)/\(unit)"
    }

    /// A word of a list, or the default with the sentence of the C program.
    private mutating func word(_ text: String, _ choices: [Choice], _ attribute: AttributeDescription) -> JSONValue {
        if choices.contains(where: { $0.word == text }) { return .string(text) }
        let standard = attribute.defaultValue ?? .string(choices.first?.word ?? "")
        warnings.append(.unknownWord(text, key: attribute.key, taken: standard.string ?? ""))
        return standard
    }

    /// Words wherever they stand in the text, with anything between them; `none` anywhere is none of them.
    private mutating func words(_ text: String, _ choices: [Choice], _ key: String) throws(TextRefusal) -> JSONValue {
        let found = choices.filter { text.holds($0.word) }.map { JSONValue.string($0.word) }
        if key == "verdict" {
            guard !found.isEmpty else { throw TextRefusal(.unknownValue(text, key: key), kind: .failed) }
            return .array(found)
        }
        if text.holds("none") { return [] }
        if found.isEmpty {
            warnings.append(key == "log" ? .unknownWord(text, key: key, taken: "none") : .unknownWords(text))
        }
        return .array(found)
    }
}
