// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import Nftables

/// Which shape has which number in which table: the high half of the register.
///
/// Pure bookkeeping. At a start the numbers that the kernel's `shapes` maps hold are adopted, so that a known shape keeps
/// its number and unchanged services their elements.
public struct ShapeNumbers: Sendable, Hashable {
    private var numbers: [TableFamily: [Shape: UInt16]] = [:]
    private var taken: [TableFamily: [UInt16: String]] = [:]
    private var next: [TableFamily: UInt16] = [:]

    /// No shapes.
    public init() {}

    /// The number of a shape; nil: it has none.
    public subscript(family: TableFamily, shape: Shape) -> UInt16? { numbers[family]?[shape] }

    /// The shapes of a table and their numbers.
    public func shapes(in family: TableFamily) -> [Shape: UInt16] { numbers[family] ?? [:] }

    /// The number of a shape, which gets one if it has none: that of its chain in the kernel, else one that nobody has.
    /// Nil when all 65,535 are taken.
    @discardableResult
    public mutating func assign(_ shape: Shape, in family: TableFamily) -> UInt16? {
        if let number = self[family, shape] { return number }
        let name = shape.chain(in: family).name
        let known = taken[family, default: [:]].first { $0.value == name }?.key
        guard let number = known ?? free(in: family) else { return nil }
        taken[family, default: [:]][number] = name
        numbers[family, default: [:]][shape] = number
        return number
    }

    /// Forgets a shape that no service points to any more. Its number stays taken until the kernel's element is gone.
    public mutating func release(_ shape: Shape, in family: TableFamily) { numbers[family]?[shape] = nil }

    /// Takes over what the kernel's `shapes` maps say: those numbers are taken, each by its chain.
    public mutating func adopt(_ inventory: KernelInventory) {
        for (family, table) in inventory.tables {
            var known: [UInt16: String] = [:]
            for (key, chain) in table.verdicts[Maps.shapes.name] ?? [:] {
                known[UInt16(truncatingIfNeeded: ElementBytes.number(key) >> 16)] = chain
            }
            for (shape, number) in numbers[family] ?? [:] { known[number] = shape.chain(in: family).name }
            taken[family] = known
        }
    }

    private mutating func free(in family: TableFamily) -> UInt16? {
        let used = taken[family] ?? [:]
        guard used.count < Int(UInt16.max) else { return nil }
        var candidate = next[family] ?? 1
        while used[candidate] != nil { candidate = candidate == .max ? 1 : candidate + 1 }
        next[family] = candidate == .max ? 1 : candidate + 1
        return candidate
    }
}
