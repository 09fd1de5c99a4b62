// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import Nftables

/// What the contract asks of a kernel, the real one or a fake: the port of the engine with `install` that waits.
public protocol ContractKernel {
    /// What our tables hold.
    func inventory() throws(KernelFailure) -> KernelInventory
    /// Runs a skeleton script and waits for its end.
    func install(_ script: SkeletonScript) throws(KernelFailure)
    /// One transaction of elements.
    func commit(_ transaction: Transaction) throws(KernelFailure)
    /// Counters in the place of others.
    func replace(_ keys: ElementList, with counters: CountedElements) throws(KernelFailure)
    /// All elements of a set.
    func dump<Records: ElementRecords>(_ form: ElementForm, as: Records.Type) throws(KernelFailure) -> Records
    /// Elements by key.
    func lookup<Records: ElementRecords>(
        _ keys: ElementList, dataLength: Int, as: Records.Type
    ) throws(KernelFailure) -> Records
    /// The ruleset's generation.
    func generation() throws(KernelFailure) -> UInt32
}

extension ContractKernel {
    func dump(_ form: ElementForm) throws(KernelFailure) -> ElementList { try dump(form, as: ElementList.self) }

    func lookup(_ keys: ElementList, dataLength: Int) throws(KernelFailure) -> ElementList {
        try lookup(keys, dataLength: dataLength, as: ElementList.self)
    }
}

/// One manner of the kernel. A test runs every one on a kernel that is new and empty:
///
///     @Test(arguments: KernelContract.all) func manner(_ clause: KernelContract) throws { try clause.run(FakeKernel()) }
public struct KernelContract: Sendable, CustomStringConvertible {
    /// What is claimed.
    public let description: String
    /// Tries it on a new and empty kernel; throws a ``ContractBreach`` when the claim does not hold.
    public let run: @Sendable (any ContractKernel) throws -> Void
    /// Whether Linux 6.1 does otherwise (6.12 and 6.18 do not). Nothing but the words of an error is built on it.
    public let isYoung: Bool

    init(
        _ description: String, isYoung: Bool = false, _ run: @escaping @Sendable (any ContractKernel) throws -> Void
    ) {
        self.description = description
        self.isYoung = isYoung
        self.run = run
    }

    /// Every clause.
    public static let all: [KernelContract] = elements + intervals + records + refusals + skeleton + skeletonRefusals
}

/// A kernel that behaves otherwise.
public struct ContractBreach: Error, CustomStringConvertible {
    /// What was seen.
    public var description: String
}

/// Holds only if the two are equal.
func equal<Value: Equatable>(_ seen: Value, _ expected: Value, _ what: String) throws {
    if seen != expected { throw ContractBreach(description: "\(what): \(seen), not \(expected)") }
}

/// Runs something that must be refused.
@discardableResult
func refused(_ errno: Int32, _ body: () throws -> Void) throws -> KernelFailure {
    do {
        try body()
    } catch let failure as KernelFailure {
        try equal(failure.kind, .refused(errno: errno), "the refusal")
        return failure
    }
    throw ContractBreach(description: "not refused")
}
