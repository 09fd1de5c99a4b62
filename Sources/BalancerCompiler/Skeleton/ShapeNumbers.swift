// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import Nftables

/// Which shape, line of the log and limit of backends has which number in which table: the high half of the register.
///
/// At a start the numbers that the kernel's `shapes` maps hold are adopted, so that a known shape keeps its number and
/// unchanged services their elements.
public struct ShapeNumbers: Sendable, Hashable {
    private var shapes = Numbering<Shape>()
    private var ingressShapes = Numbering<IngressShape>()
    private var lines = Numbering<LogLine>()
    private var backendLimits = Numbering<BackendLimit>()

    /// No shapes.
    public init() {}

    /// The number of a shape; nil: it has none.
    public subscript(family: TableFamily, shape: Shape) -> UInt16? { shapes[family, shape] }

    /// The shapes of a table and their numbers.
    public func shapes(in family: TableFamily) -> [Shape: UInt16] { shapes.items(in: family) }

    /// The number of a shape, which gets one if it has none: that of its chain in the kernel, else one that nobody has.
    /// Nil when all 65,535 are taken.
    @discardableResult
    public mutating func assign(_ shape: Shape, in family: TableFamily) -> UInt16? { shapes.assign(shape, in: family) }

    /// Forgets a shape that no service points to any more. Its number stays taken until the kernel's element is gone.
    public mutating func release(_ shape: Shape, in family: TableFamily) { shapes.release(shape, in: family) }

    /// Takes over what the kernel's maps say: those numbers are taken, each by its chain.
    public mutating func adopt(_ inventory: KernelInventory) {
        shapes.adopt(inventory)
        ingressShapes.adopt(inventory)
        lines.adopt(inventory)
        backendLimits.adopt(inventory)
    }

    subscript(family: TableFamily, line: LogLine) -> UInt16? { lines[family, line] }
    subscript(family: TableFamily, limit: BackendLimit) -> UInt16? { backendLimits[family, limit] }

    func lines(in family: TableFamily) -> [LogLine: UInt16] { lines.items(in: family) }
    func backendLimits(in family: TableFamily) -> [BackendLimit: UInt16] { backendLimits.items(in: family) }

    /// Whether everything that a farm requires of a table has its number.
    func covers(_ needs: Needs.Table, in family: TableFamily) -> Bool {
        self[family, needs.shape] != nil && needs.lines.allSatisfy { self[family, $0] != nil }
            && needs.backendLimits.allSatisfy { self[family, $0] != nil }
    }

    /// Numbers everything that a farm requires of a table, in an order that is the same everywhere. False when there is no
    /// number left.
    mutating func assign(_ needs: Needs.Table, in family: TableFamily) -> Bool {
        guard assign(needs.shape, in: family) != nil else { return false }
        for line in needs.lines.sorted(by: { $0.chainName(in: family) < $1.chainName(in: family) })
        where lines.assign(line, in: family) == nil { return false }
        for limit in needs.backendLimits.sorted(by: { $0.chainName(in: family) < $1.chainName(in: family) })
        where backendLimits.assign(limit, in: family) == nil { return false }
        return true
    }

    /// Numbers a line. Nil when all 65,535 are taken.
    mutating func assign(_ line: LogLine, in family: TableFamily) -> UInt16? { lines.assign(line, in: family) }

    /// The number of a shape at ingress; nil: it has none.
    public subscript(shape: IngressShape) -> UInt16? { ingressShapes[.netdev, shape] }

    /// The shapes at ingress and their numbers.
    public var atIngress: [IngressShape: UInt16] { ingressShapes.items(in: .netdev) }

    /// Whether everything that a farm at ingress requires has its number.
    func covers(_ needs: Needs.Ingress) -> Bool {
        needs.shapes.allSatisfy { self[$0] != nil } && needs.lines.allSatisfy { self[.netdev, $0] != nil }
    }

    /// Numbers everything that a farm at ingress requires. False when there is no number left.
    mutating func assign(_ needs: Needs.Ingress) -> Bool {
        for shape in needs.shapes where ingressShapes.assign(shape, in: .netdev) == nil { return false }
        for line in needs.lines.sorted(by: { $0.chainName(in: .netdev) < $1.chainName(in: .netdev) })
        where lines.assign(line, in: .netdev) == nil { return false }
        return true
    }

    mutating func release(_ shape: IngressShape) { ingressShapes.release(shape, in: .netdev) }

    mutating func release(_ line: LogLine, in family: TableFamily) { lines.release(line, in: family) }
    mutating func release(_ limit: BackendLimit, in family: TableFamily) { backendLimits.release(limit, in: family) }
}

extension Shape: NumberedChain {
    static var map: SetDeclaration { Maps.shapes }

    func chainName(in family: TableFamily) -> String { chain(in: family).name }
}
