// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// How what a farm has at ingress becomes elements: the only place that knows their bytes. Slots are apart, because there may
/// be thousands and few of them differ.
struct IngressElements {
    /// A map with what a farm has in it.
    struct Contents {
        var declaration: SetDeclaration
        /// Whether packets can meet an element as soon as it is there.
        var isVisible: Bool
        var elements: [[UInt8]: [UInt8]] = [:]
    }

    private(set) var maps: [String: Contents] = [:]

    init(_ fragment: IngressFragment?, number: UInt16) {
        for part in fragment?.parts ?? [] {
            for entry in part.entries { add(entry, part) }
            for target in part.backends { add(target, part, number) }
            for asked in part.asked { add(asked, part.family, number) }
            if let line = part.inputLine {
                add(MapKind.logInput.declaration(in: .ip), ElementBytes.bytes(UInt32(number)), ElementBytes.bytes(line))
            }
            if let list = part.guardedBy {
                add(Maps.guards, isVisible: true, ElementBytes.bytes(UInt32(number)), ElementBytes.bytes(list))
            }
            for (policy, line) in part.policyLines {
                add(PolicySets.lines(policy), ElementBytes.bytes(UInt32(number)), ElementBytes.bytes(line))
            }
            if let sessions = part.sessions {
                let map = sessions.fields.statics(in: TableFamily(part.family)).atIngress(part.family)
                for element in sessions.elements {
                    add(map, isVisible: true, element.key, ElementBytes.bytes(element.mark))
                }
            }
        }
    }

    private mutating func add(
        _ declaration: SetDeclaration, isVisible: Bool = false, _ key: [UInt8], _ data: [UInt8] = []
    ) {
        maps[declaration.name, default: Contents(declaration: declaration, isVisible: isVisible)].elements[key] = data
    }

    private mutating func add(_ entry: CompiledFragment.Entry, _ part: IngressPart) {
        let map = IngressMaps.services(MapKind(entry), part.family)
        var list = map.list(in: .netdev, withData: false)
        list.append(entry)
        add(map, isVisible: true, list.bytes, ElementBytes.bytes(part.register))
    }

    private mutating func add(_ target: IngressPart.Target, _ part: IngressPart, _ number: UInt16) {
        let mark = ElementBytes.bytes(target.mark)
        add(IngressMaps.homes, isVisible: true, mark, ElementBytes.bytes(part.register))
        add(IngressMaps.reachable, isVisible: true, ElementBytes.bytes(UInt32(number)) + mark)
        if target.isUsable { add(IngressMaps.usable, isVisible: true, mark) }
        add(IngressMaps.frames, mark, target.hop.destination.bytes + target.hop.source.bytes)
        add(IngressMaps.devices, mark, ElementBytes.bytes(target.hop.index))
        guard part.isTranslated else { return }
        add(IngressMaps.rewritten, mark)
        add(IngressMaps.addressOf(part.family), mark, target.address.bytes)
        if target.port != 0 { add(IngressMaps.portOf, mark, ElementBytes.bytes(ofPort: target.port)) }
        let place = ElementBytes.bytes(Register.value(shape: number, farm: 0)) + target.address.bytes
        let backends = IngressMaps.backendAt(part.family)
        // Two backends at one address: what they answer is counted for the first.
        if maps[backends.name]?.elements[place] == nil { add(backends, place, mark) }
    }

    private mutating func add(_ asked: IngressPart.Asked, _ family: AddressFamily, _ farm: UInt16) {
        let number = ElementBytes.bytes(asked.number)
        let device = ElementBytes.bytes(asked.device)
        add(IngressMaps.askedAddress(family), number, asked.address.bytes)
        add(IngressMaps.askedHardware, number, asked.hardware.bytes)
        add(IngressMaps.askedDevice, number, device)
        guard let port = asked.port else {
            let key = ElementBytes.bytes(UInt32(farm)) + device + asked.address.bytes
            return add(IngressMaps.askedWide(family), isVisible: true, key, number)
        }
        add(IngressMaps.askedPort, number, ElementBytes.bytes(ofPort: port))
        for transport in asked.transports {
            let key =
                ElementBytes.bytes(UInt32(farm)) + device + ElementBytes.transport(transport) + asked.address.bytes
                + ElementBytes.port(port)
            add(IngressMaps.asked(family), isVisible: true, key, number)
        }
    }
}

extension ElementBins {
    mutating func add(_ fragment: IngressFragment, number: UInt16) {
        for (_, contents) in IngressElements(fragment, number: number).maps.sorted(by: { $0.key < $1.key }) {
            with(contents.declaration, .netdev) { list in
                for (key, data) in contents.elements { list.append(key: key, data: data) }
            }
        }
        for part in fragment.parts {
            for (index, mark) in part.slots.enumerated() where mark != 0 { addSlot(index, part, mark, farm: number) }
        }
    }

    fileprivate mutating func addSlot(_ index: Int, _ part: IngressPart, _ mark: UInt32, farm: UInt16) {
        with(IngressMaps.slots(part.family), .netdev) { list in
            list.append(slot: index, farm: farm)
            list.append(word: mark)
        }
    }

    fileprivate mutating func addSlotKey(_ index: Int, _ family: AddressFamily, farm: UInt16) {
        with(IngressMaps.slots(family), .netdev) { $0.append(slot: index, farm: farm) }
    }
}

extension FarmDifference {
    /// What no packet can meet before the switch comes first, what none can meet after it goes last (``FarmDifference``).
    mutating func add(from old: IngressFragment?, to new: IngressFragment?, number: UInt16) {
        guard old != new else { return }
        let before = IngressElements(old, number: number).maps
        let after = IngressElements(new, number: number).maps
        for name in Set(before.keys).union(after.keys).sorted() {
            guard let contents = after[name] ?? before[name] else { continue }
            add(contents, from: before[name]?.elements ?? [:], to: after[name]?.elements ?? [:])
        }
        for family in AddressFamily.allCases {
            addSlots(
                from: old?.parts.first { $0.family == family }, to: new?.parts.first { $0.family == family },
                farm: number)
        }
    }

    private mutating func add(
        _ contents: IngressElements.Contents, from old: [[UInt8]: [UInt8]], to new: [[UInt8]: [UInt8]]
    ) {
        let declaration = contents.declaration
        for (key, data) in old where new[key] != data {
            if new[key] == nil, !contents.isVisible {
                swept.with(declaration, .netdev) { $0.append(key: key) }
            } else {
                removed.with(declaration, .netdev) { $0.append(key: key) }
            }
        }
        for (key, data) in new where old[key] != data {
            if old[key] == nil, !contents.isVisible {
                prepared.with(declaration, .netdev) { $0.append(key: key, data: data) }
            } else {
                added.with(declaration, .netdev) { $0.append(key: key, data: data) }
            }
        }
    }

    private mutating func addSlots(from old: IngressPart?, to new: IngressPart?, farm: UInt16) {
        let reachableBefore = old?.entries.isEmpty ?? true ? 0 : old?.slots.count ?? 0
        let reachableAfter = new?.entries.isEmpty ?? true ? 0 : new?.slots.count ?? 0
        for index in 0..<max(old?.slots.count ?? 0, new?.slots.count ?? 0) {
            let before = old.map { index < $0.slots.count ? $0.slots[index] : 0 } ?? 0
            let after = new.map { index < $0.slots.count ? $0.slots[index] : 0 } ?? 0
            guard before != after, let part = new ?? old else { continue }
            if before == 0, index >= reachableBefore {
                prepared.addSlot(index, part, after, farm: farm)
                continue
            }
            if after == 0, index >= reachableAfter {
                swept.addSlotKey(index, part.family, farm: farm)
                continue
            }
            if before != 0 { removed.addSlotKey(index, part.family, farm: farm) }
            if after != 0 { added.addSlot(index, part, after, farm: farm) }
        }
    }
}
