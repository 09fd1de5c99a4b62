// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

extension Farm {
    /// Why frames cannot be sent to a backend at ingress; nil: they can.
    func obstacle(to backend: Backend, at address: IPAddress, _ facts: NetworkFacts) -> String? {
        if nextHop(to: backend, facts) != nil { return nil }
        switch facts.ways[address] {
        case nil: return "the way to \(address) is not known yet"
        case .open(let hop):
            return
                "the route to \(address) leads over \(hop.interface), not over \(options.outputInterface ?? hop.interface)"
        case .unreachable: return "there is no route to \(address)"
        case .unresolved(let interface):
            return facts.interfaces[interface]?.isRunning == true
                ? "the neighbour on the way to \(address) has not answered yet at interface \(interface)"
                : "interface \(interface), the way to \(address), is down or has no carrier"
        case .failed(let interface):
            return "the neighbour on the way to \(address) does not answer at interface \(interface)"
        }
    }

    /// The setting of the host that keeps packets from backends which take connections; nil: none does.
    ///
    /// A backend on the balancer itself gets its packets all the same.
    func missingForwarding(_ conditions: [Condition], in facts: NetworkFacts) -> String? {
        guard isForwarded else { return nil }
        for family in AddressFamily.allCases where facts.forwarding[family] == false {
            let isNeeded = zip(backends, conditions).contains { backend, condition in
                guard condition.state == .up, let address = backend.address, address.family == family else {
                    return false
                }
                return !facts.isOwn(address)
            }
            if isNeeded { return "the host does not forward packets to backends: \(family.forwardingSetting) is 0" }
        }
        return nil
    }
}

extension NetworkFacts {
    /// Whether an address is one of the host itself.
    fileprivate func isOwn(_ address: IPAddress) -> Bool {
        switch address {
        case .v4(let value): value >> 24 == 127 || ownAddresses[address] != nil
        case .v6(let high, let low): high == 0 && low == 1 || ownAddresses[address] != nil
        }
    }
}

extension AddressFamily {
    /// The sysctl that has packets forwarded.
    fileprivate var forwardingSetting: String {
        switch self {
        case .ipv4: "net.ipv4.ip_forward"
        case .ipv6: "net.ipv6.conf.all.forwarding"
        }
    }
}

extension Farm {
    /// The first priority of which a backend is up that can be reached.
    func activePriority(_ family: AddressFamily, in facts: NetworkFacts) -> Priority? {
        mode.isAtIngress ? activePriority(family, facts) : activePriority(family)
    }
}
