// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What a family of series is: its name without the suffixes that its kind adds, and what people read about it.
struct MetricFamily: Sendable {
    /// What its values mean.
    enum Kind: Sendable {
        /// Only grows, until its owner begins anew; `_total` follows the name.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts in buckets.
        case histogram
        /// Says something in its labels; always 1, `_info` follows the name.
        case info
    }

    let name: String
    let kind: Kind
    let help: String
    /// `seconds` or `bytes` where the name ends with it (OpenMetrics says so in a line of its own).
    let unit: String?

    init(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        self.kind = kind
        self.help = help
        unit = ["seconds", "bytes"].first { name.hasSuffix("_" + $0) }
    }

    /// The suffix of the series, where there is only one.
    var suffix: String {
        switch kind {
        case .counter: "_total"
        case .info: "_info"
        case .gauge, .histogram: ""
        }
    }

    /// The word of the line `# TYPE`.
    func type(in format: ExpositionFormat) -> String {
        switch (kind, format) {
        case (.counter, _): "counter"
        case (.gauge, _), (.info, .text): "gauge"
        case (.info, .openMetrics): "info"
        case (.histogram, _): "histogram"
        }
    }
}
