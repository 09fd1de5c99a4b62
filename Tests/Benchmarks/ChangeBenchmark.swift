// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Glibc
import JSON
import Namespaces

/// One change among N farms of ten backends: the cost must not grow with N.
enum ChangeBenchmark {
    private static let sizes = [10, 100, 1000, 10_000]
    private static let samples = 400

    private struct Cost {
        var elements = 0.0
        var compile = 0.0
        var kernel = 0.0
        /// From the request to the answer, without disk: validated, described for the history, compiled, in the kernel.
        var request = 0.0

        var whole: Double { compile + kernel }
    }

    /// One kind of change, as the model and as a request know it.
    private struct Kind: Sendable {
        var name: String
        var apply: @Sendable (inout Farm, _ backend: Int, _ isChanged: Bool) throws -> Void
        var text: @Sendable (_ farm: Int, _ backend: Int, _ isChanged: Bool) -> String
    }

    private static let kinds = [
        Kind(
            name: "a backend goes down", apply: { $0.backends[$1].state = $2 ? .down : .up },
            text: { Document.change(farm: $0, backend: $1, isUp: !$2) }),
        Kind(
            name: "a backend's port", apply: { $0.backends[$1].port = try Port($2 ? 8081 : 8080) },
            text: { Document.change(farm: $0, backend: $1, port: $2 ? 8081 : 8080) }),
    ]

    static func run(_ report: inout Report) throws {
        let floor = try NetworkNamespace.with {
            let floor = try KernelFloor()
            _ = try floor.fill(100_000)
            return try (0..<samples).map { _ in
                usleep(1000)
                return try floor.replaceOne(Int.random(in: 0..<100_000))
            }.quietMedian
        }
        for kind in kinds {
            report.section("One change (\(kind.name)) among N farms x 10 backends: compile and kernel")
            var smallest: Cost?
            for size in sizes {
                var cost = try NetworkNamespace.with { try measure(kind, CompiledFarms(Document(farms: size)), size) }
                cost.request = try NetworkNamespace.with { try measureRequests(kind, farms: size) }
                add(cost, size, floor, smallest, to: &report)
                if smallest == nil { smallest = cost }
            }
        }
    }

    private static func add(_ cost: Cost, _ size: Int, _ floor: Double, _ smallest: Cost?, to report: inout Report) {
        let promised = 50e-6 + 2.5e-6 * cost.elements
        report.add(
            Row(
                name: "N = \(size): \(number(cost.elements)) elements, compiled in \(duration(cost.compile))",
                value: duration(cost.whole), floor: "promised \(duration(promised))", ratio: cost.whole / promised,
                target: .atMost(1)))
        guard let smallest else { return }
        report.add(
            Row(
                name: "        against N = \(sizes[0])", value: duration(cost.whole),
                floor: "one element \(duration(floor))", ratio: cost.whole / smallest.whole, target: .atMost(1.5)))
        report.add(
            Row(
                name: "        the whole request without the disk, against N = \(sizes[0])",
                value: duration(cost.request), ratio: cost.request / smallest.request, target: .atMost(1.5)))
    }

    private static func measure(_ kind: Kind, _ farms: CompiledFarms, _ size: Int) throws -> Cost {
        var costs: [Cost] = []
        for sample in 0..<samples {
            // As in life: caches are not hot from the change before.
            usleep(1000)
            let index = sample * 7919 % size
            let cost = try farms.change(index) { try kind.apply(&$0, sample % 10, true) }
            costs.append(Cost(elements: Double(cost.elements), compile: cost.compile, kernel: cost.kernel))
            _ = try farms.change(index) { try kind.apply(&$0, sample % 10, false) }
        }
        return Cost(
            elements: costs.map(\.elements).median, compile: costs.map(\.compile).quietMedian,
            kernel: costs.map(\.kernel).quietMedian)
    }

    private static func measureRequests(_ kind: Kind, farms: Int) throws -> Double {
        let balancer = try InProcessBalancer()
        try balancer.load(Document(farms: farms))
        func change(_ sample: Int, _ isChanged: Bool) throws -> Change {
            let text = kind.text(sample * 7919 % farms, sample % 10, isChanged)
            return try Change(json: JSONValue(parsing: Array(text.utf8)), at: .root)
        }
        return try (0..<samples).map { sample in
            let wanted = try change(sample, true)
            usleep(1000)
            let seconds = try Stopwatch.time { try balancer.change(wanted) }
            balancer.scheduler.settle()
            try balancer.change(try change(sample, false))
            balancer.scheduler.settle()
            return seconds
        }.quietMedian
    }
}
