// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import BalancerProtocol

extension Router {
    /// `flow.explain`: what becomes of a flow.
    mutating func addExplainHandlers(engine: Engine) {
        add(FlowExplain.self, order: .read) { (parameters, _) throws(RPCError) in
            let flow = try Flow(parameters)
            if let unknown = engine.unknownReason { throw RPCError(unknown) }
            do throws(BalancerError) {
                return FlowExplain.Result(try engine.explain(flow, isLive: parameters.live), flow)
            } catch {
                throw RPCError(error)
            }
        }
    }
}

extension Flow {
    fileprivate init(_ parameters: FlowExplain.Parameters) throws(RPCError) {
        let transport: ServiceTransport =
            switch parameters.transport {
            case .tcp: .tcp
            case .udp: .udp
            case .sctp: .sctp
            }
        let (source, sourcePort) = try Self.endpoint(parameters.source, "source")
        let (destination, destinationPort) = try Self.endpoint(parameters.destination, "destination")
        guard source.family == destination.family else {
            throw .invalidParameters("source and destination are of two families")
        }
        self.init(
            transport: transport, source: source, sourcePort: sourcePort, destination: destination,
            destinationPort: destinationPort)
    }

    /// `203.0.113.7:41234` or `[2001:db8::7]:41234`.
    private static func endpoint(_ text: String, _ parameter: String) throws(RPCError) -> (IPAddress, Port) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var host = parts.dropLast().joined(separator: ":")
        guard parts.count > 1, let digits = parts.last, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let number = UInt16(digits)
        else { throw .invalidParameters("\(parameter): '\(text)' is not ADDRESS:PORT") }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if parts.count > 2 {
            throw .invalidParameters("\(parameter): write an IPv6 address in brackets, like [2001:db8::7]:41234")
        }
        do { return (try IPAddress(host), try Port(number)) } catch {
            throw .invalidParameters("\(parameter): \(error.reason)")
        }
    }
}

extension IPAddress {
    /// With a port, as `Flow` reads it.
    fileprivate func text(port: UInt16) -> String {
        switch self {
        case .v4: "\(self):\(port)"
        case .v6: "[\(self)]:\(port)"
        }
    }
}

extension FlowExplain.Result {
    fileprivate init(_ explanation: FlowExplanation, _ flow: Flow) {
        self.init()
        verdict = FlowVerdict(explanation.verdict)
        farm = NameOrNull(explanation.farm?.text)
        node = explanation.node?.text
        backend = NameOrNull(explanation.backend?.text)
        policies = explanation.policies.map { FlowPolicy(name: $0.policy.text, action: .init($0.action)) }
        limits = explanation.limits.map { FlowLimit(attribute: $0.attribute, value: $0.value, drops: $0.drops) }
        session = explanation.session.map { FlowSession(isStatic: $0.isStatic, backend: $0.backend?.text) }
        scheduler = explanation.scheduler?.rawValue
        distribution = explanation.distribution.map {
            FlowShare(backend: $0.backend.text, perMillion: UInt64(($0.share * 1_000_000).rounded()))
        }
        translation = explanation.translation.map {
            FlowTranslation(source: $0.source?.description, destination: $0.destination.text(port: $0.port))
        }
        reasons = explanation.reasons
        connection = explanation.connection.map { known in
            var connection = FlowConnection()
            connection.backend = NameOrNull(explanation.connectionBackend?.text)
            connection.answering = known.answering.text(port: known.answeringPort)
            connection.mark = UInt64(known.mark)
            connection.replied = known.isReplied
            connection.seconds = UInt64(known.secondsLeft)
            return connection
        }
    }
}

extension FlowVerdict {
    fileprivate init(_ verdict: FlowExplanation.Verdict) {
        switch verdict {
        case .balanced: self = .balanced
        case .local: self = .local
        case .dropped: self = .dropped
        case .unserved: self = .unserved
        case .elsewhere: self = .elsewhere
        case .untouched: self = .untouched
        }
    }
}

extension FlowPolicy.Action {
    fileprivate init(_ action: FlowExplanation.PolicyHit.Action) {
        switch action {
        case .drop: self = .drop
        case .pass: self = .pass
        case .count: self = .count
        }
    }
}
