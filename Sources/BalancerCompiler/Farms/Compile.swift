// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// A farm as elements. Its shapes must have their numbers.
///
/// While a farm is down or off it has no address in `services…`, and nothing else differs: its backends stay usable, so
/// that what is connected is counted on, and back up it is one element for each address.
public func compile(_ farm: NumberedFarm, shapes: ShapeNumbers) -> CompiledFarm {
    let needs = needs(of: farm)
    var result = CompiledFarm(number: farm.number)
    if let table = needs.ip { result.ip = fragment(of: farm, .ipv4, table.shape, shapes) }
    if let table = needs.ip6 { result.ip6 = fragment(of: farm, .ipv6, table.shape, shapes) }
    return result
}

private func fragment(
    of numbered: NumberedFarm, _ family: AddressFamily, _ shape: Shape, _ shapes: ShapeNumbers
) -> CompiledFragment {
    guard let number = shapes[TableFamily(family), shape] else {
        preconditionFailure("a farm is compiled after its shape has a number: \(shape.comment)")
    }
    let farm = numbered.farm
    var targets: [CompiledFragment.Target] = []
    var chosen: [(number: UInt32, weight: UInt32)] = []
    var marks: [UInt32] = []
    for (index, backend) in farm.backends.enumerated() where backend.state != .down {
        guard let address = backend.address, address.family == family else { continue }
        let target = target(of: backend, address, number: numbered.backendNumbers[index], in: farm)
        targets.append(target)
        guard backend.state == .up else { continue }
        chosen.append((numbered.backendNumbers[index], backend.weight.value))
        marks.append(target.mark)
    }
    return CompiledFragment(
        register: Register.value(shape: number, farm: numbered.number),
        entries: farm.state == .up ? entries(of: farm, family) : [],
        backends: targets,
        slots: slots(shape, chosen).map { $0 < 0 ? 0 : marks[Int($0)] })
}

/// Who gets which slot, as indices of `backends`.
private func slots(_ shape: Shape, _ backends: [(number: UInt32, weight: UInt32)]) -> [Int32] {
    let count = shape.slotCount.count
    guard !backends.isEmpty else { return [Int32](repeating: -1, count: count) }
    switch shape.choice {
    case .turn, .lot: return Turns.fill(backends.map(\.weight), count: count)
    case .hash: return Maglev.fill(backends, count: count)
    }
}

private func target(
    of backend: Backend, _ address: IPAddress, number: UInt32, in farm: Farm
) -> CompiledFragment.Target {
    var mark = number
    var source: IPAddress?
    if farm.mode == .snat {
        source = [backend.sourceAddress, farm.sourceAddress].compactMap { $0 }.first { $0.family == address.family }
        if source == nil { mark |= BackendMark.masquerade }
    }
    return CompiledFragment.Target(mark: mark, address: address, port: backend.port?.number ?? 0, source: source)
}

/// Each entry once, also where two addresses of the farm name the same.
private func entries(of farm: Farm, _ family: AddressFamily) -> [CompiledFragment.Entry] {
    let all = allEntries(of: farm, family)
    guard farm.addresses.count > 1 else { return all }
    var seen: Set<CompiledFragment.Entry> = []
    return all.filter { seen.insert($0).inserted }
}

private func allEntries(of farm: Farm, _ family: AddressFamily) -> [CompiledFragment.Entry] {
    var result: [CompiledFragment.Entry] = []
    for address in farm.addresses where address.family == family && !address.isIncomplete {
        for transport in address.transport.numbers {
            address.ports.forEachPort { port in
                result.append(
                    .init(address: address.address, port: port.number, transport: transport, isLocal: false))
                if farm.intraConnect {
                    result.append(
                        .init(address: address.address, port: port.number, transport: transport, isLocal: true))
                }
            }
        }
    }
    return result
}

extension TransportProtocol {
    /// The numbers in a packet that it stands for, as far as this version serves them.
    var numbers: [UInt8] {
        switch self {
        case .tcp: [Transport.tcp]
        case .udp: [Transport.udp]
        case .sctp, .all: []
        }
    }
}
