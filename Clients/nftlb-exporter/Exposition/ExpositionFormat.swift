// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// In which of the two languages of Prometheus the series are written.
enum ExpositionFormat: Sendable, Hashable, CaseIterable {
    /// Prometheus' text format, version 0.0.4.
    case text
    /// OpenMetrics 1.0.
    case openMetrics

    /// The header `Content-Type`.
    var contentType: String {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// What a client that sends this header `Accept` would rather read; text when it does not say.
    init(accept: [String]) {
        let entries = Preference.list(accept)
        // The versions that are upward compatible with 1.0.0, and no version at all (RFC 9110: parameters narrow down).
        let openMetrics = entries.filter { entry in
            entry.value == "application/openmetrics-text"
                && (entry.parameters["version"].map { ["1.0.0", "0.0.1"].contains($0) } ?? true)
        }
        let text = entries.filter { ["text/plain", "text/*", "*/*"].contains($0.value) }
        let best = openMetrics.map(\.quality).max() ?? 0
        self = best > 0 && best >= (text.map(\.quality).max() ?? 0) ? .openMetrics : .text
    }
}
