// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

package import BalancerEngine
package import Nftables

/// A kernel in memory with the manners of the real one: it interprets transactions and scripts on a `Ruleset`.
///
/// It survives the engine, as the real one does, and can be told to refuse.
package final class FakeKernel: KernelPort {
    /// What it holds.
    package var ruleset = Ruleset()
    /// Every transaction that was sent and taken, in order.
    package private(set) var transactions: [Transaction] = []
    /// Every script that the helper ran.
    package private(set) var scripts: [SkeletonScript] = []
    /// Grows with every change.
    package private(set) var generationNumber: UInt32 = 1
    /// Asked before each transaction is taken: a failure refuses it.
    package var refuse: (Transaction) -> KernelFailure? = { _ in nil }
    /// Asked before each script is run.
    package var refuseScript: (SkeletonScript) -> KernelFailure? = { _ in nil }
    /// How many dumps are torn by other programs' commits.
    package var tornDumps = 0
    private let scheduler: FakeScheduler

    /// An empty kernel.
    package init(scheduler: FakeScheduler) { self.scheduler = scheduler }

    /// Forgets what was sent.
    package func forgetHistory() {
        transactions = []
        scripts = []
    }

    package func inventory() throws(KernelFailure) -> KernelInventory { ruleset.inventory }

    package func install(_ script: SkeletonScript, completion: @escaping (Result<Void, KernelFailure>) -> Void) {
        let result: Result<Void, KernelFailure>
        do throws(KernelFailure) {
            if let failure = refuseScript(script) { throw failure }
            ruleset = try ruleset.applying(script)
            scripts.append(script)
            generationNumber += 1
            result = .success(())
        } catch { result = .failure(error) }
        scheduler.soon { completion(result) }
    }

    package func commit(_ transaction: Transaction) throws(KernelFailure) {
        if transaction.isEmpty { return }
        if let failure = refuse(transaction) { throw failure }
        ruleset = try ruleset.applying(transaction)
        transactions.append(transaction)
        generationNumber += 1
    }

    package func beginDump(
        _ set: SetReference, keyLength: Int, dataLength: Int
    ) throws(KernelFailure) -> any KernelDump {
        guard let elements = ruleset.elements(of: set) else {
            throw KernelFailure(
                kind: .refused(errno: 2), message: "No such file or directory",
                culprit: ElementCulprit(set: set, key: []))
        }
        if tornDumps > 0 {
            tornDumps -= 1
            return FakeDump(nil)
        }
        return FakeDump(elements)
    }

    package func lookup(_ keys: ElementList, dataLength: Int) throws(KernelFailure) -> ElementList {
        var found = ElementList(set: keys.set, keyLength: keys.keyLength, dataLength: dataLength)
        guard let elements = ruleset.elements(of: keys.set) else {
            throw KernelFailure(
                kind: .refused(errno: 2), message: "No such file or directory",
                culprit: ElementCulprit(set: keys.set, key: []))
        }
        var known: [ArraySlice<UInt8>: Int] = [:]
        for index in 0..<elements.count { known[elements.key(at: index)] = index }
        for index in 0..<keys.count {
            guard let place = known[keys.key(at: index)] else { continue }
            found.append(key: elements.key(at: place), data: elements.data(at: place).prefix(dataLength))
        }
        return found
    }

    package func generation() throws(KernelFailure) -> UInt32 { generationNumber }
}

private final class FakeDump: KernelDump {
    private var rest: ElementList?
    private let isTorn: Bool

    /// Nil: torn.
    init(_ list: ElementList?) {
        rest = list
        isTorn = list == nil
    }

    func next() throws(KernelFailure) -> ElementList? {
        if isTorn { throw KernelFailure(kind: .refused(errno: 4), message: "Interrupted system call") }
        defer { rest = nil }
        return rest
    }
}
