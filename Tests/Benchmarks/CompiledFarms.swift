// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import JSON
import KernelSupport
import Nftables
import NftablesKernel

/// Farms compiled and in the kernel, without an engine: what compiling and committing one change cost by themselves.
final class CompiledFarms {
    private let kernel: KernelConnection
    private let shapes: ShapeNumbers
    private var farms: [NumberedFarm] = []
    private var compiled: [CompiledFarm] = []
    private static let chunk = 8192

    /// In the network namespace of the calling thread.
    init(_ document: Document) throws {
        kernel = try TestKernel.open()
        let configuration = try Configuration(json: JSONValue(parsing: document.bytes))
        var backends: UInt32 = 0
        for farm in configuration.farms {
            let numbers = farm.backends.indices.map { backends + UInt32($0) + 1 }
            backends += UInt32(numbers.count)
            farms.append(NumberedFarm(farm: farm, number: UInt16(farms.count + 1), backendNumbers: numbers))
        }
        var skeleton = Skeleton(owner: "0123456789abcdef0123456789abcdef")
        for farm in farms { skeleton.require(needs(of: farm)) }
        shapes = skeleton.shapes
        try kernel.installNow(SkeletonPlan(wanted: skeleton, installed: KernelInventory()).install)

        var difference = FarmDifference()
        for farm in farms {
            let one = compile(farm, shapes: shapes)
            difference.add(from: nil, to: one)
            compiled.append(one)
        }
        for list in difference.prepare {
            for start in stride(from: 0, to: list.count, by: Self.chunk) {
                try kernel.commit(Transaction([.add(list.slice(start..<min(start + Self.chunk, list.count)))]))
            }
        }
        try kernel.commit(difference.switchOver)
    }

    /// Changes one farm; how many elements that were, how long compiling took, and how long the kernel.
    func change(_ index: Int, _ body: (inout Farm) throws -> Void) throws -> (
        elements: Int, compile: Double, kernel: Double
    ) {
        try body(&farms[index].farm)
        let watch = Stopwatch()
        let next = compile(farms[index], shapes: shapes)
        let transaction = difference(from: compiled[index], to: next).whole
        let compiling = watch.seconds
        try kernel.commit(transaction)
        let whole = watch.seconds
        compiled[index] = next
        return (transaction.elementCount, compiling, whole - compiling)
    }
}
