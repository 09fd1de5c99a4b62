// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import JSON
import KernelSupport
import Nftables
import NftablesKernel

/// The path of a change without a daemon around it: document → model → elements → script and batches → kernel. Everything
/// is done before `apply` returns.
final class TestBalancer {
    private let runner = BlockingChildRunner()
    let kernel: KernelConnection
    private var skeleton: Skeleton
    private var installed = KernelInventory()
    private var farms: [Name: CompiledFarm] = [:]
    private var numbers: [Name: UInt16] = [:]
    private var backendNumbers: [[Name]: UInt32] = [:]
    private var lastNumber: UInt32 = 0

    /// What the last change was to the kernel.
    private(set) var lastTransaction = Transaction()
    /// How often the helper was run in all.
    var helperRuns: Int { runner.count }

    /// A balancer for the namespace of the calling thread.
    init(owner: String = "0123456789abcdef0123456789abcdef") throws {
        skeleton = Skeleton(owner: owner)
        kernel = try TestKernel.open(runner: runner)
    }

    /// Makes the whole configuration be this one: one run of the helper if shapes are missing, one batch of elements.
    func apply(_ document: String) throws {
        let configuration = try Configuration(json: JSONValue(parsing: Array(document.utf8)))
        let wanted = configuration.farms.map { number($0) }
        for farm in wanted { skeleton.require(needs(of: farm)) }
        let plan = SkeletonPlan(wanted: skeleton, installed: installed)
        if !plan.install.isEmpty {
            try kernel.installNow(plan.install)
            installed = plan.afterInstall
        }

        var difference = FarmDifference()
        var next: [Name: CompiledFarm] = [:]
        for farm in wanted { next[farm.farm.name] = compile(farm, shapes: skeleton.shapes) }
        for name in Set(farms.keys).union(next.keys) { difference.add(from: farms[name], to: next[name]) }
        lastTransaction = difference.whole
        try kernel.commit(lastTransaction)
        farms = next
    }

    /// The elements that should be there, a list for each set, and those that are.
    func elements() throws -> [(wanted: Set<[UInt8]>, present: Set<[UInt8]>)] {
        var bins = ElementBins()
        for farm in farms.values { farm.append(to: &bins) }
        return try bins.lists.map { list in
            let present = try kernel.dump(list.set, keyLength: list.keyLength, dataLength: list.dataLength)
            return (Self.items(list), Self.items(present))
        }
    }

    /// The chains and sets that should be there, and those that are.
    func objects() throws -> (wanted: [String], present: [String]) {
        (Self.names(skeleton.inventory), Self.names(try kernel.inventory()))
    }

    private func number(_ farm: Farm) -> NumberedFarm {
        let name = farm.name
        if numbers[name] == nil { numbers[name] = UInt16(numbers.count + 1) }
        let backends = farm.backends.map { backend in
            let key = [name, backend.name]
            if let number = backendNumbers[key] { return number }
            lastNumber += 1
            backendNumbers[key] = lastNumber
            return lastNumber
        }
        return NumberedFarm(farm: farm, number: numbers[name] ?? 0, backendNumbers: backends)
    }

    private static func items(_ list: ElementList) -> Set<[UInt8]> {
        Set((0..<list.count).map { Array(list.key(at: $0)) + Array(list.data(at: $0)) })
    }

    private static func names(_ inventory: KernelInventory) -> [String] {
        var result: [String] = []
        for (family, table) in inventory.tables {
            let place = family.text
            result.append("table \(place) \(table.comment ?? "")")
            result += table.chains.keys.map { "\(place) chain \($0)" }
            result += table.sets.keys.map { "\(place) set \($0)" }
            for (map, verdicts) in table.verdicts {
                result += verdicts.map { "\(place) \(map) \($0.key) \($0.value)" }
            }
        }
        return result.sorted()
    }
}
