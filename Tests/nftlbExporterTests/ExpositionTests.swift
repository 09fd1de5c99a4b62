// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Testing

@testable import nftlb_exporter

@Suite("Exposition")
struct ExpositionTests {
    static func text(_ format: ExpositionFormat, _ write: (inout Exposition) -> Void) -> String {
        var output = Exposition(format)
        write(&output)
        return String(decoding: output.finished(), as: UTF8.self)
    }

    static let counter = MetricFamily("nftlb_x_bytes", .counter, "Bytes\\ of \"x\",\nand more.")

    @Test("A counter is named with _total in the text, and without it above its series in OpenMetrics")
    func counters() {
        func write(_ output: inout Exposition) {
            output.write(Self.counter, 18_446_744_073_709_551_615, LabelSet(["farm": "a\\b\"c\nd"]))
        }
        #expect(
            Self.text(.text, write) == #"""
                # HELP nftlb_x_bytes_total Bytes\\ of "x",\nand more.
                # TYPE nftlb_x_bytes_total counter
                nftlb_x_bytes_total{farm="a\\b\"c\nd"} 18446744073709551615

                """#)
        #expect(
            Self.text(.openMetrics, write) == #"""
                # HELP nftlb_x_bytes Bytes\\ of \"x\",\nand more.
                # TYPE nftlb_x_bytes counter
                # UNIT nftlb_x_bytes bytes
                nftlb_x_bytes_total{farm="a\\b\"c\nd"} 18446744073709551615
                # EOF

                """#)
    }

    @Test("Numbers are written whole", arguments: [0, 7, 10, 90, 100, 12_345, 1_000_000_007])
    func numbers(value: UInt64) {
        let text = Self.text(.text) { $0.write(MetricFamily("n", .gauge, "N."), value) }
        #expect(text.hasSuffix("\nn \(value)\n"))
    }

    @Test("Buckets of a histogram count everything below them; the last one counts all")
    func histograms() {
        let text = Self.text(.text) { output in
            output.begin(MetricFamily("h_seconds", .histogram, "H."))
            output.sample(
                Histogram(bounds: [0.001, 0.5], counts: [2, 3, 1], sum: 1.25), LabelSet(["part": "switch"]))
        }
        #expect(
            text == """
                # HELP h_seconds H.
                # TYPE h_seconds histogram
                h_seconds_bucket{part="switch",le="0.001"} 2
                h_seconds_bucket{part="switch",le="0.5"} 5
                h_seconds_bucket{part="switch",le="+Inf"} 6
                h_seconds_sum{part="switch"} 1.25
                h_seconds_count{part="switch"} 6

                """)
    }

    @Test("Of a set of states one is 1")
    func states() {
        let text = Self.text(.openMetrics) { output in
            output.begin(MetricFamily("s", .gauge, "S."))
            output.states(AdministrativeState.off, LabelSet(["farm": "f"]))
            output.states(AdministrativeState.up, .none)
        }
        #expect(
            text == """
                # HELP s S.
                # TYPE s gauge
                s{farm="f",state="up"} 0
                s{farm="f",state="down"} 0
                s{farm="f",state="off"} 1
                s{state="up"} 1
                s{state="down"} 0
                s{state="off"} 0
                # EOF

                """)
    }
}
