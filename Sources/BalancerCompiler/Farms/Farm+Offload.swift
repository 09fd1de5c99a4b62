// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

extension Farm {
    /// Whether its established flows are sent on past the rules.
    public var offloadsFlows: Bool { options.flowOffload && offloadObstacle == nil }

    /// The attribute because of which its flows are not sent on past the rules, although that is wanted; nil: none. Rules have
    /// something to do with later packets then, besides counting them: else policies would not cut a flow, sessions would run
    /// out under their clients, marks and lines would be missing.
    public var offloadObstacle: String? {
        switch mode {
        case .snat, .dnat: break
        // A proxy's connections end at the balancer; at ingress there are no connections.
        case .local, .dsr, .stlsdnat: return "mode"
        }
        if !policies.isEmpty { return "policies" }
        if !options.persistence.isEmpty { return "persistence" }
        if hasUserMark { return "mark" }
        if options.tcpStrict { return "tcp-strict" }
        return line(.forward) == nil ? nil : "log"
    }

    /// The interfaces at which its flows are sent on: where its packets come in, and those of its backends. Others would look
    /// for nothing.
    public func flowDevices(_ facts: NetworkFacts) -> Set<InterfaceName> {
        guard offloadsFlows else { return [] }
        var result: Set<InterfaceName> = []
        for address in addresses where !address.isIncomplete {
            result.formUnion(arrivals(of: address, facts).map(\.name))
        }
        let exits = backends.compactMap { $0.address.flatMap { facts.exits[$0] } }
        for name in exits + [options.outputInterface].compactMap({ $0 })
        where name.isPlain && facts.interfaces[name] != nil {
            result.insert(name)
        }
        return result.filter { $0.text != "lo" }
    }
}
