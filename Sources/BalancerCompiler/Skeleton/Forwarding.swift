// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// What is done with packets that go on to another host: lines about them, and flows that need no rules any more. The base
/// chain and the flow table stand only while somebody needs them (ruleset.md 4.4).
enum Forwarding {
    /// The flow table of each family. Its place among the hooks of the drawing: 50 to 99, in front of the chains at 100.
    static let flows = FlowTable("flows", priority: 50)

    static func chains(_ family: TableFamily, _ features: Features) -> [Chain] {
        guard !features.isDisjoint(with: [.loggedForward, .offloadedFlows]) else { return [] }
        return [
            Chain(
                "forward", comment: "lines about what is forwarded, flow offload",
                base: BaseChain(kind: .filter, hook: .forward, priority: 0),
                rules: (features.contains(.loggedForward) ? lines(family) : [])
                    + (features.offloadsFlows ? [offload] : []))
        ]
    }

    /// Every packet of both directions of those who log that. Its priority is 0 from then on: the register is taken from it.
    /// The second rule looks up once more, because Linux 6.1 has no rule that asks whether a map has a key.
    private static func lines(_ family: TableFamily) -> [Rule] {
        let map = MapKind.logForward.declaration(in: family)
        return [
            Rule(statements: [LaterPackets.translated] + LogLine.write(by: .connection(.mark), in: map).statements),
            Rule(
                LaterPackets.translated, .setPriority(.lookup(.connection(.mark), map: map.name)),
                .setPriority(.constant(.mark(0)))),
        ]
    }

    /// Tcp and udp, from the first answer on. What filters of others drop below 0 never comes here, so it never gets past them.
    private static let offload = Rule(
        LaterPackets.translated, .member(.connection(.mark), of: Maps.offloaded.name),
        .match(.connection(.state), .matches, .constant(.state(.established))), .offload(into: flows.name))
}

extension Features {
    /// Not while policies guard addresses outside of farms: whose flows those are, only the packet says.
    fileprivate var offloadsFlows: Bool { contains(.offloadedFlows) && !contains(.addressPolicies) }
}
