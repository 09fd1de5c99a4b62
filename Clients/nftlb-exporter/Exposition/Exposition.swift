// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Writes families and their series as text: what a scrape is answered with.
///
/// All series of a family stand together, as both formats want it. Values are written as they are at this moment; nothing is
/// kept from one scrape to the next, so what is deleted is gone.
struct Exposition {
    let format: ExpositionFormat
    private(set) var bytes: [UInt8] = []
    private var name: [UInt8] = []

    init(_ format: ExpositionFormat, reserving count: Int = 0) {
        self.format = format
        bytes.reserveCapacity(count)
    }

    /// Begins a family; the series that follow are its own.
    mutating func begin(_ family: MetricFamily) {
        let named =
            switch format {
            case .text: family.name + family.suffix
            case .openMetrics: family.name
            }
        line("# HELP \(named) ", escaped: family.help)
        bytes += "# TYPE \(named) \(family.type(in: format))\n".utf8
        if format == .openMetrics, let unit = family.unit { bytes += "# UNIT \(named) \(unit)\n".utf8 }
        name = Array((family.name + family.suffix).utf8)
    }

    /// A family with one series.
    mutating func write(_ family: MetricFamily, _ value: UInt64, _ labels: LabelSet = .none) {
        begin(family)
        sample(value, labels)
    }

    /// A family with one series.
    mutating func write(_ family: MetricFamily, seconds: Double, _ labels: LabelSet = .none) {
        begin(family)
        sample(seconds: seconds, labels)
    }

    /// A series of the family begun last.
    mutating func sample(_ value: UInt64, _ labels: LabelSet) {
        head(labels)
        append(value)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// A series of the family begun last.
    mutating func sample(seconds: Double, _ labels: LabelSet) {
        head(labels)
        bytes += "\(seconds)\n".utf8
    }

    /// Series for the members of a set of states, of which one is the case: its value is 1, that of the others 0.
    mutating func states<State: StateWord>(_ state: State, _ labels: LabelSet) {
        for (word, label) in State.labels {
            bytes += name
            bytes.append(UInt8(ascii: "{"))
            if !labels.bytes.isEmpty {
                bytes += labels.bytes
                bytes.append(UInt8(ascii: ","))
            }
            bytes += label
            bytes += word == state ? Self.yes : Self.no
        }
    }

    /// A histogram of the family begun last.
    mutating func sample(_ histogram: Histogram, _ labels: LabelSet) {
        let name = name
        self.name = name + Array("_bucket".utf8)
        var sum: UInt64 = 0
        for (bound, count) in zip(histogram.bounds.map { "\($0)" } + ["+Inf"], histogram.counts) {
            sum += count
            sample(sum, labels.with("le", bound))
        }
        self.name = name + Array("_sum".utf8)
        sample(seconds: histogram.sum, labels)
        self.name = name + Array("_count".utf8)
        sample(sum, labels)
        self.name = name
    }

    /// The text, complete.
    consuming func finished() -> [UInt8] {
        if format == .openMetrics { bytes += "# EOF\n".utf8 }
        return bytes
    }

    private mutating func head(_ labels: LabelSet) {
        bytes += name
        guard !labels.bytes.isEmpty else { return bytes.append(UInt8(ascii: " ")) }
        bytes.append(UInt8(ascii: "{"))
        bytes += labels.bytes
        bytes += Self.closing
    }

    /// Digits without a String in between: there are 100,000 numbers in a large scrape.
    private mutating func append(_ value: UInt64) {
        if value < 10 { return bytes.append(UInt8(ascii: "0") + UInt8(value)) }
        let start = bytes.count
        var rest = value
        while rest > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        bytes[start...].reverse()
    }

    private mutating func line(_ start: String, escaped text: String) {
        bytes += start.utf8
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes += "\\\\".utf8
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case UInt8(ascii: "\"") where format == .openMetrics: bytes += "\\\"".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private static let closing = Array("} ".utf8)
    private static let yes = Array("} 1\n".utf8)
    private static let no = Array("} 0\n".utf8)
}

/// A state of a set of states, each of which is a series.
protocol StateWord: CaseIterable, Equatable, Sendable {
    /// Each state and its label as it is written.
    static var labels: [(Self, [UInt8])] { get }
}

extension StateWord where Self: RawRepresentable, RawValue == String {
    /// Made once for a type.
    static func makeLabels() -> [(Self, [UInt8])] { allCases.map { ($0, LabelSet(["state": $0.rawValue]).bytes) } }
}

/// Counts of durations in buckets.
struct Histogram: Sendable, Equatable {
    /// The upper bounds in seconds, ascending.
    var bounds: [Double]
    /// One more than bounds: of what is longer than the last bound.
    var counts: [UInt64]
    /// All durations together, in seconds.
    var sum: Double
}
