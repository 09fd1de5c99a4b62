// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// How what a farm consists of becomes elements: the only place that knows the bytes. Checked against
/// `nft --debug=netlink` by the tests; the forms are those of `ElementList`.
extension ElementBins {
    mutating func add(_ fragment: CompiledFragment, number: UInt16, family: TableFamily) {
        for entry in fragment.entries { add(entry, register: fragment.register, family) }
        if fragment.servesLocalClients { addLocalClients(of: number, family) }
        for target in fragment.backends { add(target, of: fragment, family) }
        add(slots: fragment.slots, from: 0, farm: number, family)
        for (map, line) in fragment.lines { add(line, of: UInt32(number), to: map, family) }
        for (policy, line) in fragment.policyLines { add(line, of: number, policy: policy, family) }
        if let sessions = fragment.sessions {
            for element in sessions.elements { add(element, sessions.fields, family) }
        }
        if let list = fragment.guardedBy { addGuard(list, of: number, family) }
    }

    /// Which policies guard a farm.
    mutating func addGuard(_ list: UInt32, of farm: UInt16, _ family: TableFamily) {
        with(.guards, family) { $0.append(words: UInt32(farm), list) }
    }

    mutating func addGuardKey(of farm: UInt16, _ family: TableFamily) {
        with(.guards, family) { $0.append(word: UInt32(farm)) }
    }

    /// What a hit of a policy writes for a farm.
    mutating func add(_ line: UInt32, of farm: UInt16, policy: UInt32, _ family: TableFamily) {
        with(PolicySets.lines(policy), family) { $0.append(words: UInt32(farm), line) }
    }

    mutating func addLineKey(of farm: UInt16, policy: UInt32, _ family: TableFamily) {
        with(PolicySets.lines(policy), family) { $0.append(word: UInt32(farm)) }
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

    mutating func addLocalClients(of farm: UInt16, _ family: TableFamily) {
        with(.localClients, family) { $0.append(word: UInt32(farm)) }
    }

    mutating func add(_ target: CompiledFragment.Target, of farm: CompiledFragment, _ family: TableFamily) {
        guard farm.isProxied else {
            addUsable(target, of: farm, family)
            addWay(target, family)
            addOffload(target, family)
            return
        }
        with(.proxyMarks, family) { list in
            list.append(word: BackendMark.number(of: target.mark))
            list.append(word: target.mark)
        }
        addSource(target, family)
    }

    mutating func addKeys(_ target: CompiledFragment.Target, isProxied: Bool, _ family: TableFamily) {
        guard isProxied else {
            addUsableKeys(target, family)
            addWayKeys(target, family)
            return
        }
        with(.proxyMarks, family) { $0.append(word: BackendMark.number(of: target.mark)) }
        if target.source != nil { addKey(mark: target.mark, to: .sourceOf, family) }
    }

    /// That a backend may serve clients it knows; and whose clients they are, where they are known again.
    mutating func addUsable(_ target: CompiledFragment.Target, of farm: CompiledFragment, _ family: TableFamily) {
        with(.usable, family) { $0.append(word: target.mark) }
        if target.isSticky { addSticky(target, of: farm, family) }
    }

    mutating func addUsableKeys(_ target: CompiledFragment.Target, _ family: TableFamily) {
        addKey(mark: target.mark, to: .usable, family)
        if target.isSticky { addKey(mark: target.mark, to: .sticky, family) }
    }

    mutating func addSticky(_ target: CompiledFragment.Target, of farm: CompiledFragment, _ family: TableFamily) {
        with(.sticky, family) { list in
            list.append(word: target.mark)
            list.append(word: farm.register)
        }
    }

    /// Where connections of a backend go, and where they seem to come from.
    mutating func addWay(_ target: CompiledFragment.Target, _ family: TableFamily) {
        addTranslation(target, family)
        addSource(target, family)
        for (map, value) in target.registers { add(value, of: target.mark, to: map, family) }
    }

    mutating func addWayKeys(_ target: CompiledFragment.Target, _ family: TableFamily) {
        addKey(mark: target.mark, to: target.translationMap, family)
        if target.source != nil { addKey(mark: target.mark, to: .sourceOf, family) }
        for (map, _) in target.registers { addKey(mark: target.mark, to: map, family) }
    }

    /// That its established flows are sent on past the rules; also the key of that.
    mutating func addOffload(_ target: CompiledFragment.Target, _ family: TableFamily) {
        if target.isOffloaded { addKey(mark: target.mark, to: .offloaded, family) }
    }

    /// What a farm or a backend has in one of the maps whose data is a number and a farm.
    mutating func add(_ register: UInt32, of subject: UInt32, to map: MapKind, _ family: TableFamily) {
        with(map, family) { list in
            list.append(word: subject)
            list.append(word: register)
        }
    }

    mutating func addTranslation(_ target: CompiledFragment.Target, _ family: TableFamily) {
        with(target.translationMap, family) { list in
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

    mutating func add(
        _ element: CompiledFragment.Sessions.Element, _ fields: SessionFields, _ family: TableFamily
    ) {
        with(fields, family) { $0.append(key: element.key, data: ElementBytes.bytes(element.mark)) }
    }

    mutating func addKey(
        _ element: CompiledFragment.Sessions.Element, _ fields: SessionFields, _ family: TableFamily
    ) {
        with(fields, family) { $0.append(key: element.key) }
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

extension CompiledFragment.Target {
    var translationMap: MapKind { port == 0 ? .toAddress : .toPort }
    /// What it has in maps whose data is a number and a farm.
    var registers: [(map: MapKind, value: UInt32)] {
        if limit == 0, forwardLine == 0 { return [] }
        return [(MapKind.backendLimit, limit), (.logBackend, limitLine), (.logForward, forwardLine)].filter {
            $0.1 != 0
        }
    }
    /// Whether learnt sessions may name it.
    var isSticky: Bool { mark & BackendMark.sticky != 0 }
}

extension ElementList {
    /// The key of a service; of a range its first and last key.
    mutating func append(_ entry: CompiledFragment.Entry) {
        append(entry, port: entry.ports?.lowerBound)
        if isInterval { append(entry, port: entry.ports?.upperBound) }
    }

    private mutating func append(_ entry: CompiledFragment.Entry, port: UInt16?) {
        if let transport = entry.transport { append(raw: transport, 0, 0, 0) }
        if let address = entry.address { append(address: address) }
        if let port { append(port: port) }
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
