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
            // A proxy may use a number at any time; all else is out of sight without services. What goes with the switch on the
            // way out comes with it on the way in: the inverse of a switch is a switch.
            var behind = new
            behind.entries = []
            behind.servesLocalClients = false
            behind.sessions = nil
            behind.guardedBy = nil
            if new.isProxied { behind.backends = [] }
            for index in behind.backends.indices { behind.backends[index].isOffloaded = false }
            prepared.add(behind, number: number, family: family)
            if new.servesLocalClients { added.addLocalClients(of: number, family) }
            addSessions(from: nil, to: new.sessions, family)
            if let list = new.guardedBy { added.addGuard(list, of: number, family) }
            for target in new.backends { added.addOffload(target, family) }
            if new.isProxied { for target in new.backends { added.add(target, of: new, family) } }
        case (let old?, nil):
            for entry in old.entries { removed.addKey(entry, family) }
            if old.servesLocalClients { removed.addLocalClients(of: number, family) }
            for target in old.backends {
                removed.addOffload(target, family)
                if old.isProxied {
                    removed.addKeys(target, isProxied: true, family)
                } else {
                    swept.addKeys(target, isProxied: false, family)
                }
            }
            swept.addKeys(slots: old.slots, from: 0, farm: number, family)
            for map in old.lines.keys { swept.addKey(mark: UInt32(number), to: map, family) }
            for policy in old.policyLines.keys { swept.addLineKey(of: number, policy: policy, family) }
            addSessions(from: old.sessions, to: nil, family)
            if old.guardedBy != nil { removed.addGuardKey(of: number, family) }
        case (let old?, let new?):
            guard old != new else { break }
            addEntries(from: old, to: new, number: number, family)
            addBackends(from: old, to: new, family)
            addSlots(from: old, to: new, number: number, family)
            addLines(from: old, to: new, number: number, family)
            addSessions(from: old.sessions, to: new.sessions, family)
            if old.guardedBy != new.guardedBy {
                if old.guardedBy != nil { removed.addGuardKey(of: number, family) }
                if let list = new.guardedBy { added.addGuard(list, of: number, family) }
            }
        }
    }

    private mutating func addEntries(
        from old: CompiledFragment, to new: CompiledFragment, number: UInt16, _ family: TableFamily
    ) {
        if old.servesLocalClients, !new.servesLocalClients { removed.addLocalClients(of: number, family) }
        if new.servesLocalClients, !old.servesLocalClients { added.addLocalClients(of: number, family) }
        guard old.entries != new.entries || old.register != new.register else { return }
        let sameRegister = old.register == new.register
        let before = Set(old.entries)
        let after = Set(new.entries)
        for entry in old.entries where !sameRegister || !after.contains(entry) { removed.addKey(entry, family) }
        for entry in new.entries where !sameRegister || !before.contains(entry) {
            added.add(entry, register: new.register, family)
        }
    }

    private mutating func addBackends(from old: CompiledFragment, to new: CompiledFragment, _ family: TableFamily) {
        guard old.isProxied == new.isProxied else {
            // Other maps altogether; a number stands in the same map under the same key on one side only.
            for target in old.backends {
                removed.addOffload(target, family)
                removed.addKeys(target, isProxied: old.isProxied, family)
            }
            for target in new.backends { added.add(target, of: new, family) }
            return
        }
        guard old.backends != new.backends || old.register != new.register else { return }
        let before = Dictionary(uniqueKeysWithValues: old.backends.map { ($0.mark, $0) })
        var after = Set<UInt32>(minimumCapacity: new.backends.count)
        for target in new.backends {
            after.insert(target.mark)
            guard let known = before[target.mark] else {
                // A proxy may use a number at any time. No slot names a mark before it is usable, but a learnt session may.
                if new.isProxied {
                    added.add(target, of: new, family)
                } else {
                    added.addOffload(target, family)
                    prepared.addWay(target, family)
                    if target.isSticky {
                        added.addUsable(target, of: new, family)
                    } else {
                        prepared.addUsable(target, of: new, family)
                    }
                }
                continue
            }
            if target.isSticky, old.register != new.register {
                removed.addKey(mark: target.mark, to: .sticky, family)
                added.addSticky(target, of: new, family)
            }
            guard known != target else { continue }
            if !new.isProxied, known.address != target.address || known.port != target.port {
                removed.addKey(mark: known.mark, to: known.translationMap, family)
                added.addTranslation(target, family)
            }
            if known.source != target.source {
                if known.source != nil { removed.addKey(mark: known.mark, to: .sourceOf, family) }
                added.addSource(target, family)
            }
            if known.isOffloaded != target.isOffloaded {
                removed.addOffload(known, family)
                added.addOffload(target, family)
            }
            addRegisters(from: known, to: target, family)
        }
        for target in old.backends where !after.contains(target.mark) {
            if old.isProxied {
                removed.addKeys(target, isProxied: true, family)
                continue
            }
            // From now on nothing is put into the flow table for it: what is in there may be about to be cut.
            removed.addOffload(target, family)
            // Who has been sent to it by a learnt session is on its way: the way itself goes afterwards.
            swept.addWayKeys(target, family)
            if target.isSticky {
                removed.addUsableKeys(target, family)
            } else {
                swept.addUsableKeys(target, family)
            }
        }
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

    private mutating func addRegisters(
        from old: CompiledFragment.Target, to new: CompiledFragment.Target, _ family: TableFamily
    ) {
        let (before, after) = (old.registers, new.registers)
        for (map, value) in before where !after.contains(where: { $0 == (map, value) }) {
            removed.addKey(mark: old.mark, to: map, family)
        }
        for (map, value) in after where !before.contains(where: { $0 == (map, value) }) {
            added.add(value, of: new.mark, to: map, family)
        }
    }

    private mutating func addLines(
        from old: CompiledFragment, to new: CompiledFragment, number: UInt16, _ family: TableFamily
    ) {
        for (policy, line) in old.policyLines where new.policyLines[policy] != line {
            removed.addLineKey(of: number, policy: policy, family)
        }
        for (policy, line) in new.policyLines where old.policyLines[policy] != line {
            added.add(line, of: number, policy: policy, family)
        }
        guard old.lines != new.lines else { return }
        for (map, line) in old.lines where new.lines[map] != line {
            removed.addKey(mark: UInt32(number), to: map, family)
        }
        for (map, line) in new.lines where old.lines[map] != line {
            added.add(line, of: UInt32(number), to: map, family)
        }
    }

    /// Static sessions change with the switch: a packet that has found one carries its mark already.
    private mutating func addSessions(
        from old: CompiledFragment.Sessions?, to new: CompiledFragment.Sessions?, _ family: TableFamily
    ) {
        guard old != new else { return }
        guard let old, let new, old.fields == new.fields else {
            for element in old?.elements ?? [] { removed.addKey(element, old!.fields, family) }
            for element in new?.elements ?? [] { added.add(element, new!.fields, family) }
            return
        }
        let before = Set(old.elements)
        let after = Set(new.elements)
        for element in old.elements where !after.contains(element) { removed.addKey(element, old.fields, family) }
        for element in new.elements where !before.contains(element) { added.add(element, new.fields, family) }
    }
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
