// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// How what a farm consists of becomes elements: the only place that knows the bytes. Checked against
/// `nft --debug=netlink` by the tests; the forms are those of `ElementList`.
extension ElementBins {
    mutating func add(_ fragment: CompiledFragment, number: UInt16, family: TableFamily) {
        for entry in fragment.entries { add(entry, register: fragment.register, family) }
        for target in fragment.backends { add(target, family) }
        add(slots: fragment.slots, from: 0, farm: number, family)
    }

    mutating func add(_ entry: CompiledFragment.Entry, register: UInt32, _ family: TableFamily) {
        with(MapKind(entry), family) { list in
            list.append(entry)
            list.append(word: register)
        }
    }

    mutating func addKey(_ entry: CompiledFragment.Entry, _ family: TableFamily) {
        with(MapKind(entry), family) { $0.append(entry) }
    }

    mutating func add(_ target: CompiledFragment.Target, _ family: TableFamily) {
        with(.usable, family) { $0.append(word: target.mark) }
        addTranslation(target, family)
        addSource(target, family)
    }

    mutating func addTranslation(_ target: CompiledFragment.Target, _ family: TableFamily) {
        with(target.port == 0 ? .toAddress : .toPort, family) { list in
            list.append(word: target.mark)
            list.append(address: target.address)
            if target.port != 0 { list.append(port: target.port) }
        }
    }

    mutating func addSource(_ target: CompiledFragment.Target, _ family: TableFamily) {
        guard let source = target.source else { return }
        with(.sourceOf, family) { list in
            list.append(word: target.mark)
            list.append(address: source)
        }
    }

    mutating func addKey(mark: UInt32, to kind: MapKind, _ family: TableFamily) {
        with(kind, family) { $0.append(word: mark) }
    }

    mutating func add(slots: [UInt32], from first: Int, farm: UInt16, _ family: TableFamily) {
        guard first < slots.count else { return }
        with(.slots, family) { list in
            for index in first..<slots.count where slots[index] != 0 {
                list.append(slot: index, farm: farm)
                list.append(word: slots[index])
            }
        }
    }

    mutating func addKeys(slots: [UInt32], from first: Int, farm: UInt16, _ family: TableFamily) {
        guard first < slots.count else { return }
        with(.slots, family) { list in
            for index in first..<slots.count where slots[index] != 0 { list.append(slot: index, farm: farm) }
        }
    }
}

extension ElementList {
    mutating func append(_ entry: CompiledFragment.Entry) {
        append(raw: entry.transport, 0, 0, 0)
        if let address = entry.address { append(address: address) }
        append(port: entry.port)
    }

    mutating func append(port: UInt16) {
        append(raw: UInt8(port >> 8), UInt8(port & 0xff), 0, 0)
    }

    mutating func append(address: IPAddress) {
        switch address {
        case .v4(let value): append(bigEndian: value)
        case .v6(let high, let low):
            append(bigEndian: UInt32(truncatingIfNeeded: high >> 32))
            append(bigEndian: UInt32(truncatingIfNeeded: high))
            append(bigEndian: UInt32(truncatingIfNeeded: low >> 32))
            append(bigEndian: UInt32(truncatingIfNeeded: low))
        }
    }

    mutating func append(slot: Int, farm: UInt16) {
        append(word: UInt32(farm))
        append(word: UInt32(slot))
    }

    private mutating func append(bigEndian value: UInt32) {
        append(
            raw: UInt8(truncatingIfNeeded: value >> 24), UInt8(truncatingIfNeeded: value >> 16),
            UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value))
    }
}
