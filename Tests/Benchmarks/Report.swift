// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Glibc

/// One measured number beside what it is held to.
struct Row {
    /// Which way is better.
    enum Target {
        case atMost(Double)
        case atLeast(Double)
        /// Said for the reader; nothing is promised.
        case none
    }

    /// What was measured.
    var name: String
    /// The number, in the unit's words.
    var value: String
    /// What it is compared with, measured in the same run; empty for nothing.
    var floor = ""
    /// What the target speaks of: a ratio, a time, a rate.
    var ratio: Double?
    /// The target for `ratio`.
    var target = Target.none

    /// nil: nothing is promised.
    var isMet: Bool? {
        guard let ratio else { return nil }
        return switch target {
        case .atMost(let limit): ratio <= limit
        case .atLeast(let limit): ratio >= limit
        case .none: nil
        }
    }
}

/// The table on standard output, printed as it grows, and what was missed.
struct Report {
    private var missed: [String] = []
    private static let widths = [62, 16, 28, 9, 9]

    mutating func section(_ title: String) {
        say("\n" + title)
        say(line(["what", "value", "floor", "ratio", "target", ""]))
        say(String(repeating: "-", count: 132))
    }

    mutating func add(_ row: Row) {
        let target =
            switch row.target {
            case .atMost(let limit): "<= " + number(limit)
            case .atLeast(let limit): ">= " + number(limit)
            case .none: ""
            }
        let verdict = row.isMet.map { $0 ? "ok" : "MISSED" } ?? ""
        say(line([row.name, row.value, row.floor, row.ratio.map(number) ?? "", target, verdict]))
        if row.isMet == false { missed.append(row.name) }
    }

    func note(_ text: String) { say("    " + text) }

    func finish() {
        say(missed.isEmpty ? "\nEvery target is met." : "\nMissed: \(missed.joined(separator: "; "))")
    }

    private func line(_ cells: [String]) -> String {
        var text = ""
        for (index, cell) in cells.enumerated() {
            let width = index < Self.widths.count ? Self.widths[index] : 0
            let padding = String(repeating: " ", count: max(1, width - cell.count))
            text += index == 0 || index > 4 ? cell + padding : padding + cell + " "
        }
        return text
    }

    private func say(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = unsafe write(STDOUT_FILENO, bytes, bytes.count)
    }
}

/// A number with three digits that mean something.
func number(_ value: Double) -> String {
    let digits = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : abs(value) >= 1 ? 2 : 3
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let rounded = (value * scale).rounded() / scale
    if digits == 0 { return "\(Int(rounded))" }
    return "\(rounded)"
}

/// A time in the unit that suits it.
func duration(_ seconds: Double) -> String {
    if seconds < 0.001 { return number(seconds * 1e6) + " us" }
    if seconds < 1 { return number(seconds * 1e3) + " ms" }
    return number(seconds) + " s"
}

/// A rate.
func rate(_ perSecond: Double) -> String { number(perSecond) + "/s" }
