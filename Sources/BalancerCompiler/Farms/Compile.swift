// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// A farm as elements. Its shapes and its lists of policies must have their numbers.
///
/// While a farm is down or off it has no address in `services…`, and nothing else differs: its backends stay usable, so
/// that what is connected is counted on, and back up it is one element for each address.
///
/// - Parameter facts: the network as it is, for farms that depend on it (``networkDependencies(of:)``).
public func compile(
    _ farm: NumberedFarm, shapes: ShapeNumbers, lists: PolicyListNumbers = PolicyListNumbers(),
    facts: NetworkFacts = NetworkFacts()
) -> CompiledFarm {
    let needs = needs(of: farm)
    var result = CompiledFarm(number: farm.number)
    if let table = needs.ingress {
        result.ingress = ingressFragment(of: farm, table.shapes, shapes, lists, facts)
        return result
    }
    result.flowDevices = farm.farm.flowDevices(facts)
    if let table = needs.ip { result.ip = fragment(of: farm, .ipv4, table.shape, shapes) }
    if let table = needs.ip6 { result.ip6 = fragment(of: farm, .ipv6, table.shape, shapes) }
    guard !farm.policies.isEmpty else { return result }
    result.ip?.guardedBy = registerOfList(farm, .ip, lists)
    result.ip6?.guardedBy = registerOfList(farm, .ip6, lists)
    result.ip?.policyLines = registersOfLines(farm, .ip, shapes)
    result.ip6?.policyLines = registersOfLines(farm, .ip6, shapes)
    return result
}

private func registersOfLines(_ farm: NumberedFarm, _ family: TableFamily, _ shapes: ShapeNumbers) -> [UInt32: UInt32] {
    farm.policyLines(in: family).compactMapValues { line in
        shapes[family, line].map { Register.value(shape: $0, farm: farm.number) }
    }
}

private func registerOfList(_ farm: NumberedFarm, _ family: TableFamily, _ lists: PolicyListNumbers) -> UInt32? {
    guard let list = farm.policyList(in: family) else { return nil }
    guard let number = lists[family, list] else {
        preconditionFailure("a farm is compiled after its list of policies has a number")
    }
    return Register.value(shape: number, farm: farm.number)
}

private func fragment(
    of numbered: NumberedFarm, _ family: AddressFamily, _ shape: Shape, _ shapes: ShapeNumbers
) -> CompiledFragment {
    guard let number = shapes[TableFamily(family), shape] else {
        preconditionFailure("a farm is compiled after its shape has a number: \(shape.comment)")
    }
    let farm = numbered.farm
    let isProxied = farm.mode == .local
    let active = farm.activePriority(family)
    let flags = farm.markFlags
    let forwardLine = farm.line(.forward)
    let register = { (number: UInt16) in Register.value(shape: number, farm: numbered.number) }
    var targets: [CompiledFragment.Target] = []
    var standby: [CompiledFragment.Target] = []
    var candidates: [Candidate] = []
    for (index, backend) in farm.backends.enumerated() {
        guard let address = backend.address, address.family == family else { continue }
        // Whom a proxy asks is its own choice.
        let duty = isProxied && backend.state.isUsable ? .knownClients : backend.duty(active: active)
        let mark = numbered.backendNumbers[index] | flags
        var target = target(of: backend, address, mark: mark, in: farm)
        target.isOffloaded = farm.offloadsFlows
        target.forwardLine = forwardLine.flatMap { shapes[TableFamily(family), $0] }.map(register) ?? 0
        if shape.limits?.hasBackendLimits == true {
            let family = TableFamily(family)
            target.limit = farm.limit(of: backend).flatMap { shapes[family, $0] }.map(register) ?? 0
            target.limitLine = farm.line(of: backend).flatMap { shapes[family, $0] }.map(register) ?? 0
        }
        if !isProxied, backend.priority == active {
            candidates.append(Candidate(backend, address, mark: target.mark, isSelectable: duty == .newConnections))
        }
        if duty == .none, backend.state == .up { standby.append(target) }
        guard duty != .none, !isProxied || target.source != nil else { continue }
        targets.append(target)
    }
    let entries = farm.state == .up ? entries(of: farm, family) : []
    return CompiledFragment(
        register: register(number),
        entries: entries,
        servesLocalClients: farm.intraConnect && !entries.isEmpty,
        isProxied: isProxied,
        backends: targets,
        standby: standby,
        slots: isProxied ? [] : slots(shape, candidates),
        lines: lines(of: farm, shape) { line in shapes[TableFamily(family), line].map(register) },
        sessions: staticSessions(
            of: numbered, family, shape,
            Dictionary(
                targets.map { (BackendMark.number(of: $0.mark), $0.mark) }, uniquingKeysWith: { first, _ in first })))
}

/// What the farm writes into the log, and the registers that say so.
private func lines(
    of farm: Farm, _ shape: Shape, _ register: (LogLine) -> UInt32?
) -> [MapKind: UInt32] {
    var result: [MapKind: UInt32] = [:]
    if shape.logsInput { result[.logInput] = farm.line(.input).flatMap(register) }
    for kind in shape.limits?.kinds ?? [] { result[kind.lines] = farm.line(kind).flatMap(register) }
    return result
}

private func target(
    of backend: Backend, _ address: IPAddress, mark: UInt32, in farm: Farm
) -> CompiledFragment.Target {
    var mark = mark
    if backend.mark != .none { mark |= BackendMark.copied }
    var source: IPAddress?
    switch farm.mode {
    case .snat:
        source = farm.source(of: backend, address.family)
        if source == nil { mark |= BackendMark.masquerade }
    case .local: source = farm.source(of: backend, address.family)
    // What a backend sees is the client.
    case .dnat, .dsr, .stlsdnat: break
    }
    // A service for all protocols has no ports to translate: each connection keeps the one it asked for.
    let port = farm.servesAllTransports ? 0 : backend.port?.number ?? 0
    return CompiledFragment.Target(mark: mark, address: address, port: port, source: source)
}

/// Static sessions of backends that may serve clients they know; the other clients are scheduled.
///
/// - Parameter marks: of those backends, by their numbers.
func staticSessions(
    of numbered: NumberedFarm, _ family: AddressFamily, _ shape: Shape, _ marks: [UInt32: UInt32]
) -> CompiledFragment.Sessions? {
    guard let persistence = shape.persistence, persistence.hasStaticSessions else { return nil }
    let farm = numbered.farm
    let numbers = Dictionary(
        zip(farm.backends.map(\.name), numbered.backendNumbers), uniquingKeysWith: { first, _ in first })
    var elements: [CompiledFragment.Sessions.Element] = []
    for session in farm.sessions {
        guard let client = farm.client(of: session, family), let name = session.backend,
            let mark = numbers[name].flatMap({ marks[$0] })
        else { continue }
        elements.append(
            .init(key: persistence.fields.staticKey(farm: numbered.number, client), mark: mark))
    }
    return CompiledFragment.Sessions(fields: persistence.fields, elements: elements)
}

private func entries(of farm: Farm, _ family: AddressFamily) -> [CompiledFragment.Entry] {
    var result: [CompiledFragment.Entry] = []
    for address in farm.addresses where address.family == family { result += address.services.map { .init($0) } }
    return result
}
