// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

extension FarmDifference {
    mutating func add(
        from old: CompiledFragment?, to new: CompiledFragment?, number: UInt16, _ family: TableFamily
    ) {
        switch (old, new) {
        case (nil, nil): break
        case (nil, let new?):
            for entry in new.entries { added.add(entry, register: new.register, family) }
            for target in new.backends { prepared.add(target, family) }
            prepared.add(slots: new.slots, from: 0, farm: number, family)
        case (let old?, nil):
            for entry in old.entries { removed.addKey(entry, family) }
            for target in old.backends { sweep(target, family) }
            swept.addKeys(slots: old.slots, from: 0, farm: number, family)
        case (let old?, let new?):
            guard old != new else { break }
            addEntries(from: old, to: new, family)
            addBackends(from: old.backends, to: new.backends, family)
            addSlots(from: old, to: new, number: number, family)
        }
    }

    private mutating func addEntries(from old: CompiledFragment, to new: CompiledFragment, _ family: TableFamily) {
        guard old.entries != new.entries || old.register != new.register else { return }
        let sameRegister = old.register == new.register
        let before = Set(old.entries)
        let after = Set(new.entries)
        for entry in old.entries where !sameRegister || !after.contains(entry) { removed.addKey(entry, family) }
        for entry in new.entries where !sameRegister || !before.contains(entry) {
            added.add(entry, register: new.register, family)
        }
    }

    private mutating func addBackends(
        from old: [CompiledFragment.Target], to new: [CompiledFragment.Target], _ family: TableFamily
    ) {
        guard old != new else { return }
        let before = Dictionary(uniqueKeysWithValues: old.map { ($0.mark, $0) })
        var after = Set<UInt32>(minimumCapacity: new.count)
        for target in new {
            after.insert(target.mark)
            guard let known = before[target.mark] else {
                // No slot and no session names a mark before it is usable.
                prepared.add(target, family)
                continue
            }
            guard known != target else { continue }
            if known.address != target.address || known.port != target.port {
                removed.addKey(mark: known.mark, to: known.translationMap, family)
                added.addTranslation(target, family)
            }
            if known.source != target.source {
                if known.source != nil { removed.addKey(mark: known.mark, to: .sourceOf, family) }
                added.addSource(target, family)
            }
        }
        for target in old where !after.contains(target.mark) { sweep(target, family) }
    }

    /// Slots: what packets draw before and after the switch must change at once; what they draw only after it may be added
    /// before, and what they drew only before it may be removed afterwards.
    private mutating func addSlots(
        from old: CompiledFragment, to new: CompiledFragment, number: UInt16, _ family: TableFamily
    ) {
        let reachableBefore = old.entries.isEmpty ? 0 : old.slots.count
        let reachableAfter = new.entries.isEmpty ? 0 : new.slots.count
        for index in 0..<max(old.slots.count, new.slots.count) {
            let before = index < old.slots.count ? old.slots[index] : 0
            let after = index < new.slots.count ? new.slots[index] : 0
            guard before != after else { continue }
            if before == 0, index >= reachableBefore {
                prepared.addSlot(index, mark: after, farm: number, family)
                continue
            }
            if after == 0, index >= reachableAfter {
                swept.addSlotKey(index, farm: number, family)
                continue
            }
            if before != 0 { removed.addSlotKey(index, farm: number, family) }
            if after != 0 { added.addSlot(index, mark: after, farm: number, family) }
        }
    }

    private mutating func sweep(_ target: CompiledFragment.Target, _ family: TableFamily) {
        swept.addKey(mark: target.mark, to: .usable, family)
        swept.addKey(mark: target.mark, to: target.translationMap, family)
        if target.source != nil { swept.addKey(mark: target.mark, to: .sourceOf, family) }
    }
}

extension CompiledFragment.Target {
    var translationMap: MapKind { port == 0 ? .toAddress : .toPort }
}

extension ElementBins {
    fileprivate mutating func addSlot(_ index: Int, mark: UInt32, farm: UInt16, _ family: TableFamily) {
        with(.slots, family) { list in
            list.append(slot: index, farm: farm)
            list.append(word: mark)
        }
    }

    fileprivate mutating func addSlotKey(_ index: Int, farm: UInt16, _ family: TableFamily) {
        with(.slots, family) { $0.append(slot: index, farm: farm) }
    }
}
