// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

extension Engine {
    /// The one-element map that says which revision the elements are of; nil while there is no table.
    var stampLocation: SetReference? { Stamp.set(in: skeleton.features.keys) }

    /// How the stamp gets to a revision, once the tables of `skeleton` are there.
    func stampChange(to revision: UInt64, in skeleton: Skeleton) -> StampChange? {
        guard let location = Stamp.set(in: skeleton.features.keys) else { return nil }
        // A first table of another family takes the stamp over; there it has not been set yet.
        let installed = location == stampLocation ? installedStamp : nil
        return StampChange(location: location, installed: installed, target: UInt32(truncatingIfNeeded: revision))
    }

    /// After the helper has run: what is installed now, and what the kernel made of it.
    func finishInstallation(
        _ result: Result<Void, KernelFailure>, of change: SkeletonChange, path: ObjectPath?
    ) throws(Refusal) {
        do throws(KernelFailure) {
            try result.get()
            let found = try kernel.inventory()
            if let missing = change.installed.firstMissing(in: found) {
                let message = "the helper reported success, but \(missing) is not there"
                throw KernelFailure(kind: .helper(message), message: message)
            }
            if stampLocation != Stamp.set(in: change.wanted.features.keys) { installedStamp = nil }
            skeleton = change.wanted
            noteInstalled(change.installed, over: installed, kernel: found)
        } catch {
            throw .kernel(error, path: path)
        }
    }

    /// Notes what a script has made of what was there.
    func noteInstalled(_ after: KernelInventory, over before: KernelInventory, kernel: KernelInventory) {
        skeletonRecord = skeletonRecord.updated(from: before, to: after, kernel: kernel)
        // The script alone makes one generation: with more of them, somebody else may have been there before the look.
        let generation = try? self.kernel.generation()
        recordDoubt = generation == generationBeforeScript &+ 1 ? nil : scheduler.now
        isRecordStored = false
        installed = after
    }

    /// Our tables as the kernel has them. A table of our name that another made where we have none is not ours.
    func ownInventory() throws(KernelFailure) -> KernelInventory {
        var kernel = try kernel.inventory()
        for (family, table) in kernel.tables
        where table.comment != skeleton.owner && installed.tables[family] == nil {
            kernel.tables[family] = nil
        }
        return kernel
    }

    /// Puts the record into the open transaction, if the store does not have it yet.
    func storeSkeletonRecord() throws(StoreFailure) {
        if !isRecordStored { try store.setMetadata(MetadataKey.skeleton, skeletonRecord.encoded) }
    }
}

extension KernelInventory {
    /// A table, chain, set or shape of ours that another description lacks; nil when it has them all.
    fileprivate func firstMissing(in other: KernelInventory) -> String? {
        for (family, table) in tables.sorted(by: { $0.key < $1.key }) {
            guard let found = other.tables[family] else { return "table \(family.text) \(tableName)" }
            for name in table.chains.keys where found.chains[name] == nil {
                return "chain \(family.text) \(tableName) \(name)"
            }
            for name in table.helpers where !found.helpers.contains(name) {
                return "ct helper \(family.text) \(tableName) \(name)"
            }
            // A device may have gone meanwhile.
            for name in table.flowTables.keys where found.flowTables[name] == nil {
                return "flowtable \(family.text) \(tableName) \(name)"
            }
            for name in table.sets.keys where found.sets[name] == nil {
                return "set \(family.text) \(tableName) \(name)"
            }
            for (map, elements) in table.verdicts {
                for (key, verdict) in elements where found.verdicts[map]?[key] != verdict {
                    return "the element for \(verdict.chain ?? "a verdict") in \(family.text) \(tableName) \(map)"
                }
            }
        }
        return nil
    }
}
