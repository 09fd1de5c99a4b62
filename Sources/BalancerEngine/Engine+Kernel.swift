// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

extension Engine {
    /// Sends a transaction. When the kernel refuses because an element is there that should not be, or the other way
    /// round, somebody else has been at our tables: what the kernel really holds is read for just these keys, and the
    /// transaction sent once more as what remains to be done. What else was changed, a look at the elements of all farms
    /// finds in the background.
    func commitRepairing(_ transaction: Transaction, looksAround: Bool = true) throws(KernelFailure) {
        do throws(KernelFailure) {
            try kernel.commit(transaction)
        } catch {
            guard case .refused(let number) = error.kind, [Self.notThere, Self.alreadyThere].contains(number) else {
                throw error
            }
            let rest = try remaining(of: transaction)
            try kernel.commit(rest)
            observer?.notice(.foreignChange(error.description))
            if looksAround { beginElementCheck(configuration.farms.map(\.name), isWhole: true) }
        }
        noteStamp(in: transaction)
    }

    /// errno(3), ENOENT and EEXIST: what a deletion and an addition answer when the kernel holds something else than we
    /// think (Linux 6.1 to 6.18).
    private static var notThere: Int32 { 2 }
    private static var alreadyThere: Int32 { 17 }

    /// The part of a transaction that the kernel does not already have.
    private func remaining(of transaction: Transaction) throws(KernelFailure) -> Transaction {
        var rest = Transaction()
        for step in transaction.steps {
            switch step {
            case .delete(let list): rest.append(.delete(try kernel.lookup(list, dataLength: 0)))
            case .add, .addTimed:
                let list = step.list
                let found = try kernel.lookup(list.keys, dataLength: list.dataLength)
                // What the transaction itself removes is removed above; the rest must go before it can come again.
                let removed = transaction.steps.filter { $0.isDeletion && $0.list.set == list.set }.map(\.list)
                var installed = ElementList(list.form)
                let gone = Set(removed.flatMap { list in (0..<list.count).map { list.key(at: $0) } })
                for index in 0..<found.count where !gone.contains(found.key(at: index)) {
                    installed.append(key: found.key(at: index), data: found.data(at: index))
                }
                let comparison = ElementComparison(installed: installed, wanted: list)
                rest.append(.delete(comparison.changed.keys))
                rest.append(step.adding(comparison.changed))
                rest.append(step.adding(comparison.missing))
            }
        }
        rest.normalize()
        return rest
    }

    /// Has the helper write tables, chains and declarations of maps.
    func runHelper(_ script: SkeletonScript, completion: @escaping (Result<Void, KernelFailure>) -> Void) {
        figures.helperRuns += 1
        generationBeforeScript = (try? kernel.generation()) ?? 0
        kernel.install(script) { [weak self] result in
            if case .failure = result { self?.figures.helperFailures += 1 }
            completion(result)
        }
    }

    /// What the stamp of these tables says; nil: there is none.
    func stamp(in kernel: KernelInventory) throws(KernelFailure) -> UInt32? {
        guard let location = Stamp.set(in: kernel.tables.keys), kernel.has(location) else { return nil }
        return Stamp.revision(try self.kernel.lookup(Stamp.key(in: location), dataLength: Stamp.length))
    }

    /// Remembers where the stamp stands.
    private func noteStamp(in transaction: Transaction) {
        for case .add(let list) in transaction.steps where list.set == stampLocation && list.count > 0 {
            installedStamp = ElementBytes.number(list.data(at: list.count - 1))
        }
    }

    /// Whether a test wants the step at hand to fail.
    func isFailing(at point: FailPoint) -> Bool { failPoints?.reached(point) ?? false }
}

extension Transaction.Step {
    /// The same addition of some of the elements.
    fileprivate func adding(_ part: ElementList) -> Transaction.Step {
        switch self {
        case .delete, .add: return .add(part)
        case .addTimed(let timed):
            let all = timed.elements
            var times: [ArraySlice<UInt8>: Lifetime] = [:]
            for index in 0..<all.count { times[all.key(at: index)] = timed.lifetimes[index] }
            return .addTimed(TimedElements(part, lifetimes: (0..<part.count).map { times[part.key(at: $0)]! }))
        }
    }
}

extension KernelInventory {
    /// Whether the set is there.
    func has(_ set: SetReference) -> Bool { tables[set.family]?.sets[set.name] != nil }
}
