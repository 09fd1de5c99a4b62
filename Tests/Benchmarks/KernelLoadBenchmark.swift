// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces

/// 10,000 farms of ten backends from nothing, the kernel's part.
enum KernelLoadBenchmark {
    static func run(_ report: inout Report) throws {
        report.section("10,000 x 10 from nothing: the kernel's part")
        let (commits, helper) = try NetworkNamespace.with {
            let balancer = try InProcessBalancer()
            balancer.kernel.forget()
            try balancer.load(Document(farms: 10_000))
            return (balancer.kernel.commits, balancer.kernel.helperSeconds)
        }
        let elements = commits.map(\.elements).reduce(0, +)
        let floor = try NetworkNamespace.with { try KernelFloor().fill(elements) }
        let whole = commits.map(\.seconds).reduce(helper, +)
        report.add(
            Row(
                name: "\(commits.count) transactions, \(elements) elements, and the skeleton (\(duration(helper)))",
                value: duration(whole), floor: "one map \(duration(floor))", ratio: whole, target: .atMost(0.7)))
        report.add(
            Row(
                name: "        against the floor", value: duration(whole), floor: duration(floor),
                ratio: whole / floor))
        let longest = commits.map(\.seconds).max() ?? 0
        report.add(
            Row(
                name: "the longest transaction", value: duration(longest), floor: "", ratio: longest,
                target: .atMost(0.05)))
        let last = commits.last?.seconds ?? 0
        report.add(Row(name: "the last one (the switch)", value: duration(last)))
    }
}
