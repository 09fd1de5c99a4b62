// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// A manual page in the words of man(7).
struct ManualPage {
    private(set) var text: String
    /// A heading makes the distance that a paragraph would make.
    private var isBehindHeading = false

    init(_ name: String, section: Int, summary: String) {
        text = """
            .\\" SPDX-License-Identifier: GPL-2.0-or-later
            .\\" SPDX-FileCopyrightText: the nftlb in Swift authors
            .TH \(name.uppercased()) \(section) "" "nftlb \(Version.text)" "nftlb"
            .SH NAME
            \(Self.escaped(name)) \\- \(Self.escaped(summary))

            """
    }

    mutating func section(_ title: String) {
        text += ".SH \(Self.escaped(title).uppercased())\n"
        isBehindHeading = true
    }

    mutating func subsection(_ title: String) {
        text += ".SS \(Self.escaped(title))\n"
        isBehindHeading = true
    }

    /// A paragraph; words between backquotes are set in bold.
    mutating func paragraph(_ words: String) {
        text += "\(isBehindHeading ? "" : ".PP\n")\(Self.escaped(words))\n"
        isBehindHeading = false
    }

    /// What is explained, and what it means.
    mutating func item(_ term: String, _ words: [String]) {
        text += ".TP\n.B \(Self.escaped(term))\n"
        text += words.filter { !$0.isEmpty }.map { Self.escaped($0) }.joined(separator: "\n.br\n") + "\n"
    }

    /// Lines as they are.
    mutating func example(_ lines: String) {
        text +=
            "\(isBehindHeading ? "" : ".PP\n").RS 4\n.nf\n"
            + lines.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                Self.escaped(String(line), quotes: false)
            }.joined(separator: "\n") + "\n.fi\n.RE\n"
        isBehindHeading = false
    }

    /// groff takes a backslash, and a dot or quote at the beginning of a line, for its own (groff(7)).
    private static func escaped(_ words: String, quotes: Bool = true) -> String {
        var result = ""
        var isBold = false
        for scalar in words.unicodeScalars {
            switch scalar {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "…": result += "..."
            case "≤": result += "\\(<="
            case "≥": result += "\\(>="
            case "`" where quotes:
                result += isBold ? "\\fR" : "\\fB"
                isBold.toggle()
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result.hasPrefix(".") || result.hasPrefix("'") ? "\\&" + result : result
    }
}
