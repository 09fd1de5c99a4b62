// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Rows of cells in columns as wide as they need to be.
struct Table {
    /// A cell and its look.
    struct Cell: ExpressibleByStringLiteral {
        var text: String
        var look: Style.Look?

        init(_ text: String, _ look: Style.Look? = nil) {
            self.text = Output.printable(text, inOneLine: true)
            self.look = look
        }

        init(stringLiteral text: String) {
            self.init(text)
        }
    }

    private var rows: [[Cell]] = []

    /// A table with these heads; none: without a head.
    init(_ heads: [String] = []) {
        if heads.isEmpty == false { rows.append(heads.map { Cell($0, .bold) }) }
    }

    mutating func append(_ row: [Cell]) {
        rows.append(row)
    }

    /// The table as text, without spaces at the end of lines.
    func text(_ style: Style) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { $0.indices.contains(column) ? $0[column].text.count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let last = row.lastIndex { $0.text.isEmpty == false } ?? -1
            return row.prefix(last + 1).enumerated().map { column, cell in
                let padding = column == last ? 0 : widths[column] + 2 - cell.text.count
                return style.paint(cell.text, cell.look) + String(repeating: " ", count: padding)
            }.joined()
        }.joined(separator: "\n")
    }
}
