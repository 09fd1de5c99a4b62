// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// A farm at ingress as elements. Its shapes and its lists of policies must have their numbers.
///
/// A backend to which no frame can be sent is not selectable: it has no slot, and no element says where it is.
func ingressFragment(
    of numbered: NumberedFarm, _ shapes: [IngressShape], _ numbers: ShapeNumbers, _ lists: PolicyListNumbers,
    _ facts: NetworkFacts
) -> IngressFragment {
    var result = IngressFragment(interfaces: numbered.farm.ingressInterfaces(facts))
    for shape in shapes {
        guard let number = numbers[shape] else {
            preconditionFailure("a farm is compiled after its shape has a number: \(shape.comment)")
        }
        var part = IngressPart(
            family: shape.family, register: Register.value(shape: number, farm: numbered.number), entries: [])
        part.isTranslated = shape.responseLifetime != nil
        part.fill(from: numbered, shape, facts)
        if let line = numbered.farm.line(.input).flatMap({ numbers[.netdev, $0] }) {
            part.inputLine = Register.value(shape: line, farm: numbered.number)
        }
        if shape.isGuarded, let list = numbered.policyList(in: TableFamily(shape.family)) {
            guard let number = lists[.netdev, list] else {
                preconditionFailure("a farm is compiled after its list of policies has a number")
            }
            part.guardedBy = Register.value(shape: number, farm: numbered.number)
            part.policyLines = numbered.policyLines(in: TableFamily(shape.family)).compactMapValues { line in
                numbers[.netdev, line].map { Register.value(shape: $0, farm: numbered.number) }
            }
        }
        result.parts.append(part)
    }
    return result
}

extension IngressPart {
    fileprivate mutating func fill(from numbered: NumberedFarm, _ shape: IngressShape, _ facts: NetworkFacts) {
        let farm = numbered.farm
        let active = farm.activePriority(family, facts)
        var candidates: [Candidate] = []
        for (index, backend) in farm.backends.enumerated() {
            guard let address = backend.address, address.family == family, backend.state != .incomplete else {
                continue
            }
            let hop = farm.nextHop(to: backend, facts)
            let duty = hop == nil ? .none : backend.duty(active: active)
            let mark = numbered.backendNumbers[index]
            if backend.priority == active {
                candidates.append(
                    Candidate(backend, address, mark: mark, isSelectable: duty == .newConnections))
            }
            guard let hop else { continue }
            let port = isTranslated && !farm.takesManyPorts(family) ? backend.port?.number ?? 0 : 0
            backends.append(Target(mark: mark, address: address, port: port, hop: hop, isUsable: duty != .none))
        }
        slots = BalancerCompiler.slots(shape.shape, candidates)
        takeServices(of: numbered, facts)
        sessions = staticSessions(
            of: numbered, family, shape.shape,
            Dictionary(
                backends.lazy.filter(\.isUsable).map { ($0.mark, $0.mark) }, uniquingKeysWith: { first, _ in first }))
    }

    private mutating func takeServices(of numbered: NumberedFarm, _ facts: NetworkFacts) {
        var numbers = AskedNumbers(farm: numbered.number)
        for address in numbered.farm.addresses where address.family == family {
            let arrivals = numbered.farm.arrivals(of: address, facts)
            let own = address.services.map { CompiledFragment.Entry($0) }.filter { $0.address != nil }
            if numbered.farm.state == .up { entries += own }
            guard isTranslated else { continue }
            for entry in own { for arrival in arrivals { numbers.add(entry, at: arrival) } }
        }
        asked = numbers.asked
    }
}

extension Farm {
    /// Whether it takes more ports of a family than have numbers of their own: then each connection keeps the one that it
    /// asked for.
    fileprivate func takesManyPorts(_ family: AddressFamily) -> Bool {
        addresses.contains { address in
            address.family == family
                && address.services.contains { service in
                    if case .port = service.scope { false } else { true }
                }
        }
    }
}
