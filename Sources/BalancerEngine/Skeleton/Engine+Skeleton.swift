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
            if stampLocation != Stamp.set(in: change.wanted.features.keys) { installedStamp = nil }
            skeleton = change.wanted
            installed = change.installed
            skeletonRecord = SkeletonRecord(installed: change.installed, kernel: try kernel.inventory())
            isRecordStored = false
        } catch {
            throw .kernel(error, path: path)
        }
    }

    /// Puts the record into the open transaction, if the store does not have it yet.
    func storeSkeletonRecord() throws(StoreFailure) {
        if !isRecordStored { try store.setMetadata(MetadataKey.skeleton, skeletonRecord.encoded) }
    }
}
