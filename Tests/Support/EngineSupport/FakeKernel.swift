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
    /// Sets with an element for all keys that have none of their own, as another program made it.
    package var catchAlls: Set<SetReference> = []
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
    /// What another program does just after a script.
    package var afterScript: ((inout Ruleset) -> Void)?
    /// How many dumps are torn by other programs' commits.
    package var tornDumps = 0
    /// Which keys a dump shows: all, unless a test wants the table to change its order meanwhile.
    package var shownKeys: (ElementList) -> ElementList = { $0 }
    /// How many dumps have begun.
    package private(set) var dumps = 0
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
            if let afterScript {
                afterScript(&ruleset)
                generationNumber += 1
            }
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

    package func deleteCatchAlls(of sets: [SetReference]) throws(KernelFailure) -> Int {
        let found = catchAlls.intersection(sets)
        catchAlls.subtract(found)
        if !found.isEmpty { generationNumber += 1 }
        return found.count
    }

    package func replace(_ keys: ElementList, with counters: CountedElements) throws(KernelFailure) {
        ruleset = try ruleset.replacing(keys, with: counters)
        generationNumber += 1
    }

    package func beginDump<Records: ElementRecords>(
        _ form: ElementForm, as records: Records.Type
    ) throws(KernelFailure) -> any KernelDump<Records> {
        guard let all = ruleset.read(form, as: records) else { throw Self.missing(form.set) }
        dumps += 1
        if tornDumps > 0 {
            tornDumps -= 1
            return FakeDump<Records>(nil)
        }
        return FakeDump(ruleset.lookup(shownKeys(all.elements.keys), dataLength: form.dataLength, as: records))
    }

    package func lookup<Records: ElementRecords>(
        _ keys: ElementList, dataLength: Int, as records: Records.Type
    ) throws(KernelFailure) -> Records {
        guard let found = ruleset.lookup(keys, dataLength: dataLength, as: records) else {
            throw Self.missing(keys.set)
        }
        return found
    }

    package func generation() throws(KernelFailure) -> UInt32 { generationNumber }

    private static func missing(_ set: SetReference) -> KernelFailure {
        .refused(KernelError.missing, "\(set)", culprit: ElementCulprit(set: set, key: []))
    }
}

private final class FakeDump<Records: ElementRecords>: KernelDump {
    private var rest: Records?
    private let isTorn: Bool

    /// Nil: torn.
    init(_ records: Records?) {
        rest = records
        isTorn = records == nil
    }

    func next() throws(KernelFailure) -> Records? {
        if isTorn { throw KernelFailure(kind: .refused(errno: 4), message: "Interrupted system call") }
        defer { rest = nil }
        return rest
    }
}
