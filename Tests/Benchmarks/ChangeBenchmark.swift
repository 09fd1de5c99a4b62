// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Glibc
import JSON
import Namespaces

/// One backend's state among N farms of ten: the cost must not grow with N.
enum ChangeBenchmark {
    private static let sizes = [10, 100, 1000, 10_000]
    private static let samples = 400

    private struct Cost {
        /// From the request to the answer, without disk: validated, compiled, in the kernel.
        var whole: Double
        /// The part in the kernel.
        var kernel: Double
        var elements: Double
    }

    static func run(_ report: inout Report) throws {
        report.section(
            "One change (a backend goes down or up) among N farms x 10 backends: compile and kernel, no disk")
        let floor = try NetworkNamespace.with {
            let floor = try KernelFloor()
            _ = try floor.fill(100_000)
            return try (0..<samples).map { _ in
                usleep(1000)
                return try floor.replaceOne(Int.random(in: 0..<100_000))
            }.median
        }
        var smallest: Cost?
        for size in sizes {
            let cost = try NetworkNamespace.with { try measure(farms: size) }
            report.add(
                Row(
                    name:
                        "N = \(size): \(number(cost.elements)) elements, \(duration(cost.kernel)) of it in the kernel",
                    value: duration(cost.whole), floor: "one element \(duration(floor))",
                    ratio: smallest.map { cost.whole / $0.whole }, target: smallest == nil ? .none : .atMost(1.5)))
            report.add(
                Row(
                    name: "        against 50 us and 2.5 us an element", value: duration(cost.whole),
                    floor: duration(50e-6 + 2.5e-6 * cost.elements),
                    ratio: cost.whole / (50e-6 + 2.5e-6 * cost.elements), target: .atMost(1)))
            if smallest == nil { smallest = cost }
        }
    }

    private static func measure(farms: Int) throws -> Cost {
        let balancer = try InProcessBalancer()
        try balancer.load(Document(farms: farms))
        var costs: [Cost] = []
        for sample in 0..<samples {
            let farm = sample * 7919 % farms
            let change = try Change(
                json: JSONValue(
                    parsing: Array(Document.change(farm: farm, backend: sample % 10, isUp: false).utf8)),
                at: .root)
            balancer.kernel.forget()
            // As in life: caches are not hot from the change before.
            usleep(1000)
            let seconds = try Stopwatch.time { try balancer.change(change) }
            balancer.scheduler.settle()
            costs.append(
                Cost(
                    whole: seconds, kernel: balancer.kernel.commits.first?.seconds ?? 0,
                    elements: Double(balancer.kernel.commits.first?.elements ?? 0)))
            let back = try Change(
                json: JSONValue(parsing: Array(Document.change(farm: farm, backend: sample % 10, isUp: true).utf8)),
                at: .root)
            try balancer.change(back)
            balancer.scheduler.settle()
        }
        return Cost(
            whole: costs.map(\.whole).median, kernel: costs.map(\.kernel).median,
            elements: costs.map(\.elements).median)
    }
}
