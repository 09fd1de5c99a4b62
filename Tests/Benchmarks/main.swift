// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

// Prints the ratios of the design, section 7, each against a floor measured in the same run. Arguments name sections; without
// any, all run.

import Glibc

/// What can be measured, in the order it is.
let sections: [(name: String, run: (inout Report) throws -> Void)] = [
    ("json", JSONBenchmark.run),
    ("change", ChangeBenchmark.run),
    ("kernel-load", KernelLoadBenchmark.run),
    ("load", LoadBenchmark.run),
    ("store", StoreBenchmark.run),
    ("durable", DurableBenchmark.run),
    ("policies", PolicyBenchmark.run),
    ("packets", PacketBenchmark.run),
    ("http", HTTPBenchmark.run),
    ("scrape", ScrapeBenchmark.run),
    ("hostile", HostileBenchmark.run),
]

var report = Report()
report.note(
    "load average at the start \(contents(of: "/proc/loadavg").prefix(4)), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) processors"
)
let wanted = CommandLine.arguments.dropFirst()
for section in sections where wanted.isEmpty || wanted.contains(section.name) {
    do {
        try section.run(&report)
    } catch {
        report.note("\(section.name) could not be measured: \(error)")
    }
}
report.finish()
