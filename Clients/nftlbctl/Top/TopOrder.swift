// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol

/// By what the table is sorted, and the key that chooses it.
enum TopOrder: String, ExpressibleByArgument, CaseIterable {
    case name
    case connections
    case bytes
    case established
    case state

    /// The first letter of the word.
    init?(key: UInt8) {
        guard let order = Self.allCases.first(where: { $0.rawValue.utf8.first == key }) else { return nil }
        self = order
    }

    /// Farms in this order, and the backends of each; what is equal stays as it was declared.
    func sorted(_ lines: [TopLine]) -> [TopLine] {
        let sorted = lines.enumerated().sorted { left, right in
            if isBefore(left.element, right.element) { return true }
            return isBefore(right.element, left.element) ? false : left.offset < right.offset
        }
        return sorted.map { line in
            var line = line.element
            line.backends = line.backends.isEmpty ? [] : self.sorted(line.backends)
            return line
        }
    }

    /// The largest first, and what is worst; names as people look for them.
    private func isBefore(_ left: TopLine, _ right: TopLine) -> Bool {
        switch self {
        case .name: (left.backend ?? left.farm) < (right.backend ?? right.farm)
        case .connections: left.rates.connections > right.rates.connections
        case .bytes: left.rates.bytesIn + left.rates.bytesOut > right.rates.bytesIn + right.rates.bytesOut
        case .established: left.established ?? 0 > right.established ?? 0
        case .state: left.severity > right.severity
        }
    }
}

extension TopLine {
    fileprivate var severity: Int {
        switch operational {
        case .down: 3
        case .degraded: 2
        case .off: 1
        case .up: 0
        }
    }
}
