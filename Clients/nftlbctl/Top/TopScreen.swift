// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// The table as lines of a terminal: what does not fit is left out, the least important first.
struct TopScreen {
    let width: Int
    /// How many lines there are; nil: as many as it takes.
    let height: Int?
    let style: Style

    private struct Column: Sendable {
        var head: String
        var cell: @Sendable (TopLine) -> String
        /// Columns of a higher rank go first when there is no room.
        var rank: Int
    }

    private static let columns = [
        Column(head: "STATE", cell: { $0.operational.rawValue }, rank: 0),
        Column(head: "CONN/S", cell: { figure($0.rates.connections) }, rank: 1),
        Column(head: "ESTABLISHED", cell: { $0.established.map { figure(Double($0)) } ?? "-" }, rank: 2),
        Column(head: "IN/S", cell: { figure($0.rates.bytesIn) + "B" }, rank: 3),
        Column(head: "OUT/S", cell: { figure($0.rates.bytesOut) + "B" }, rank: 3),
        Column(head: "CONNECTIONS", cell: { figure(Double($0.rates.total)) }, rank: 4),
        Column(head: "DECLARED", cell: { $0.state }, rank: 5),
    ]

    /// A head, the names of the columns, and a line for each farm and backend.
    func lines(_ head: String, _ farms: [TopLine]) -> [String] {
        let all = farms.flatMap { [$0] + $0.backends }
        let names = all.map { Output.printable($0.backend.map { "  \($0)" } ?? $0.farm) }
        var columns = Self.columns
        var widths: [Int] = []
        var longest = 0
        while true {
            widths = columns.map { column in max(column.head.count, all.map { column.cell($0).count }.max() ?? 0) }
            longest = max(4, names.map(\.count).max() ?? 0)
            let rest = width - widths.reduce(0) { $0 + $1 + 2 }
            if rest >= min(longest, 16) || columns.count == 1 {
                longest = max(1, min(longest, rest))
                break
            }
            let worst = columns.map(\.rank).max() ?? 0
            columns.removeAll { $0.rank == worst }
        }
        var lines = [fitted(head, width)]
        let heads = fitted("NAME", longest) + zip(columns, widths).map { "  " + padded($0.head, $1) }.joined()
        lines.append(style.paint(heads, .bold))
        for (line, name) in zip(all, names) {
            let cells = zip(columns, widths).map { column, width in
                let text = "  " + padded(column.cell(line), width)
                return column.rank == 0 ? style.paint(text, line.look) : text
            }
            lines.append(
                style.paint(fitted(name, longest), line.backend == nil ? .bold : nil) + cells.joined())
        }
        guard let height, lines.count > height else { return lines }
        let hidden = lines.count - height + 1
        return lines.prefix(max(0, height - 1)) + [fitted("\(hidden) lines more", width)]
    }

    /// Exactly so many characters.
    private func fitted(_ text: String, _ width: Int) -> String {
        if text.count > width { return width > 1 ? text.prefix(width - 1) + "~" : String(text.prefix(width)) }
        return text + String(repeating: " ", count: width - text.count)
    }

    /// On the right side.
    private func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// Three digits and a unit.
    private static func figure(_ number: Double) -> String {
        var (number, units) = (number, ["", "k", "M", "G", "T", "P"][...])
        while number >= 999.5, units.count > 1 {
            number /= 1000
            units.removeFirst()
        }
        let tenths = (number * 10).rounded() / 10
        let text = tenths >= 10 || tenths == tenths.rounded() ? "\(Int(number.rounded()))" : "\(tenths)"
        return text + (units.first ?? "")
    }
}

extension TopLine {
    fileprivate var look: Style.Look? {
        switch operational {
        case .up: .green
        case .degraded: .yellow
        case .down: .red
        case .off: .dim
        }
    }
}
