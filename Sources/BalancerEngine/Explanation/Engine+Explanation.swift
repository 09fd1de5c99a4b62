// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
public import BalancerModel
import Nftables

extension Engine {
    /// Says what becomes of a flow that begins now: a walk through the elements that are in the kernel, in the order of its
    /// hooks. What the kernel alone knows is asked for under its key: the learnt session, and the connection.
    ///
    /// - Parameter isLive: whether connection tracking is asked, too.
    public func explain(_ flow: Flow, isLive: Bool) throws(BalancerError) -> FlowExplanation {
        var result = FlowExplanation()
        do throws(KernelFailure) {
            if isLive { result.connection = try connections?.find(flow) }
            try walk(flow, &result)
        } catch {
            throw BalancerError(.refusedByKernel, "the kernel cannot be asked: \(error.description)")
        }
        describeConnection(&result)
        return result
    }

    private func walk(_ flow: Flow, _ result: inout FlowExplanation) throws(KernelFailure) {
        if askCluster(flow, &result) { return }
        let found = farm(for: flow)
        let isAtIngress = found.flatMap { farms[$0.farm.name]?.compiled?.isAtIngress } ?? false
        // What is taken at ingress, the tables of addresses outside of farms never see.
        if !isAtIngress, askPolicies(ofAddressOf: flow, &result) { return }
        guard let (farm, exactness) = found, let installed = farms[farm.name], let compiled = installed.compiled,
            case let numbered = NumberedFarm(farm, installed), let part = FlowPart(flow, numbered, compiled)
        else { return nobody(flow, &result) }
        result.farm = farm.name
        result.scheduler = farm.mode == .local ? nil : farm.scheduler
        result.reasons.append(exactness.sentence(farm.name))
        if isAtIngress {
            result.reasons.append("it is looked at at ingress; packets of a flow that runs stay with its backend")
        }
        if askPolicies(numbered.policyList(in: TableFamily(flow.family)), of: flow, &result) { return }
        if !isAtIngress { result.limits = farm.limits }
        if farm.options.queue != .none {
            result.reasons.append("a program at queue \(farm.options.queue) sees the packet first")
        }
        if let sentence = farm.offloadSentence { result.reasons.append(sentence) }
        var names: [UInt32: Name] = [:]
        for (backend, number) in zip(farm.backends, numbered.backendNumbers) { names[number] = backend.name }
        let choice: FlowChoice
        if let mark = try session(of: flow, numbered, part, names, &result) {
            choice = .session(mark)
        } else {
            choice = FlowChoice(flow, part)
            result.reasons.append(choice.cause.sentence)
        }
        give(choice, farm, part, names, &result)
    }

    // MARK: Services

    /// The farm whose service is the most exact of those that take a flow.
    private func farm(for flow: Flow) -> (farm: Farm, exactness: ServiceExactness)? {
        var best: (name: Name, exactness: ServiceExactness, isAtIngress: Bool)?
        for (name, installed) in farms {
            guard let compiled = installed.compiled, let found = compiled.exactness(for: flow) else { continue }
            if let best {
                // What stands at ingress is asked first.
                guard compiled.isAtIngress == best.isAtIngress ? found < best.exactness : compiled.isAtIngress else {
                    continue
                }
            }
            best = (name, found, compiled.isAtIngress)
        }
        guard let best, let farm = configuration.farms[best.name] else { return nil }
        return (farm, best.exactness)
    }

    private func nobody(_ flow: Flow, _ result: inout FlowExplanation) {
        result.reasons.append(
            "no farm takes \(flow.transport.rawValue) to \(flow.destination) port \(flow.destinationPort)")
        let silent = configuration.farms.first { farm in
            farm.state != .up
                && farm.addresses.contains { address in
                    address.family == flow.family
                        && address.services.contains { CompiledFragment.Entry($0).exactness(for: flow) != nil }
                }
        }
        if let silent {
            result.reasons.append("the farm \(silent.name) would take it and is \(silent.state.rawValue)")
        }
    }

    // MARK: Policies

    /// - Returns: whether the flow is dropped.
    private func askPolicies(ofAddressOf flow: Flow, _ result: inout FlowExplanation) -> Bool {
        var best: (name: Name, exactness: ServiceExactness)?
        for (name, installed) in guardedAddresses {
            guard let found = installed.compiled?.exactness(for: flow) else { continue }
            if best.map({ found < $0.exactness }) ?? true { best = (name, found) }
        }
        guard let best, let address = configuration.addresses[best.name], let installed = guardedAddresses[best.name]
        else { return false }
        result.reasons.append("policies of the address \(best.name) are asked")
        return askPolicies(address.policyList(installed.policies), of: flow, &result)
    }

    /// - Returns: whether the flow is dropped.
    private func askPolicies(_ list: PolicyList?, of flow: Flow, _ result: inout FlowExplanation) -> Bool {
        guard let list else { return false }
        let policies = Dictionary(uniqueKeysWithValues: numberedPolicies.map { ($0.number, $0.policy) })
        let hits = list.fate(of: flow) { policies[$0]?.elements.covers($1) ?? false }
        for hit in hits {
            guard let name = policies[hit.policy]?.name else { continue }
            switch hit.action {
            case .drop:
                result.policies.append(.init(policy: name, action: .drop))
                result.reasons.append("the policy \(name) drops it")
            case .pass:
                result.policies.append(.init(policy: name, action: .pass))
                result.reasons.append("the policy \(name) lets it pass, whatever later ones say")
            case .count:
                result.policies.append(.init(policy: name, action: .count))
                result.reasons.append("the policy \(name) counts it")
            }
        }
        guard hits.last?.action == .drop else { return false }
        result.verdict = .dropped
        return true
    }

    // MARK: Sessions

    /// The mark that a session says, if its backend may serve clients it knows.
    private func session(
        of flow: Flow, _ farm: NumberedFarm, _ part: FlowPart, _ names: [UInt32: Name],
        _ result: inout FlowExplanation
    ) throws(KernelFailure) -> UInt32? {
        guard farm.farm.mode != .local, !farm.farm.options.persistence.isEmpty else { return nil }
        guard flow.values(of: farm.farm.options.persistence) != nil else {
            result.reasons.append("sessions are by hardware addresses, which are not known here: they are left out")
            return nil
        }
        if let mark = part.staticSession(of: flow, farm: farm.number) {
            let name = names[BackendMark.number(of: mark)]
            result.session = .init(isStatic: true, backend: name)
            result.reasons.append("a session of the configuration says \(name?.text ?? "a backend")")
            return mark
        }
        guard let key = part.learntKey(of: flow, farm: farm.number),
            installed.has(key.set),
            case let found = try kernel.lookup(key, dataLength: 4), found.count == 1
        else {
            result.reasons.append("no session knows the client")
            return nil
        }
        let mark = ElementBytes.number(found.data(at: 0))
        let name = names[BackendMark.number(of: mark)]
        guard part.target(mark) != nil else {
            result.reasons.append("a session was learnt for \(name?.text ?? "a backend"), which serves nobody now")
            return nil
        }
        result.session = .init(isStatic: false, backend: name)
        result.reasons.append("the kernel has learnt a session for \(name?.text ?? "a backend")")
        return mark
    }

    // MARK: The choice

    private func give(
        _ choice: FlowChoice, _ farm: Farm, _ part: FlowPart, _ names: [UInt32: Name],
        _ result: inout FlowExplanation
    ) {
        if choice.cause == .proxy {
            result.verdict = .local
            return
        }
        result.distribution = choice.shares.compactMap { share in
            names[BackendMark.number(of: share.mark)].map { .init(backend: $0, share: share.share) }
        }
        guard !choice.shares.isEmpty else {
            result.verdict = .unserved
            result.reasons.append("no backend takes new connections: the packet goes to the balancer itself")
            return
        }
        result.verdict = .balanced
        guard let mark = choice.only, let target = part.target(mark) else { return }
        result.backend = names[BackendMark.number(of: mark)]
        if let limit = farm.backends.first(where: { $0.name == result.backend })?.options.establishedLimit,
            limit != .none
        {
            result.limits.append(
                .init(attribute: "backends/\(result.backend!)/est-connlimit", value: "\(limit)", drops: true))
        }
        result.translation = .init(source: target.source, destination: target.destination, port: target.port)
    }

    // MARK: Connection tracking

    private func describeConnection(_ result: inout FlowExplanation) {
        guard let connection = result.connection else { return }
        let number = BackendMark.number(of: connection.mark)
        if number != 0, connection.isTranslated {
            for farm in configuration.farms {
                guard let index = farms[farm.name]?.identity.backendNumbers.firstIndex(of: number) else { continue }
                result.connectionBackend = farm.backends[index].name
            }
        }
        let who = result.connectionBackend.map { "with \($0)" } ?? "without a backend of ours"
        result.reasons.append(
            "connection tracking knows it already, \(who): it stays there; the rest is what a new one would get")
    }
}
