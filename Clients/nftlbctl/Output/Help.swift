// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

/// The parts of help texts that are made and not written.
enum Help {
    /// Examples: a command and what it is for.
    static func examples(_ examples: [(command: String, purpose: String)]) -> String {
        "EXAMPLES:\n" + examples.map { "  # \($0.purpose)\n  \($0.command)" }.joined(separator: "\n")
    }

    /// The attributes that can be set, from their rows.
    static func keys(_ kind: ObjectKind) -> String {
        let rows = kind.assignable
        let column = (rows.map(\.key.count).max() ?? 0) + 4
        let lines = rows.map { row in
            let head = "  \(row.key)"
            let padding = String(repeating: " ", count: column - head.count)
            let text = wrapped("\(row.help) (\(row.type.summary)\(defaultText(row)))", width: 78 - column)
            return head + padding + text.joined(separator: "\n" + String(repeating: " ", count: column)) + "\n"
        }
        return "KEYS:\n" + lines.joined() + "\n"
    }

    /// Lines of at most `width` characters, broken at spaces.
    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ") {
            if let line = lines.last, line.isEmpty == false, line.count + 1 + word.count > width { lines.append("") }
            lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
        }
        return lines
    }

    private static func defaultText(_ row: AttributeDescription) -> String {
        guard let text = row.defaultValue?.displayed, text.isEmpty == false else { return "" }
        return "; default \(text)"
    }

    /// The exit statuses.
    static var exitStatuses: String {
        "\n\nEXIT STATUS:\n" + ExitStatus.allCases.map { "  \($0.rawValue)  \($0.meaning)\n" }.joined()
            + "  config diff: 0 equal, 1 different, above 1 an error"
    }
}
