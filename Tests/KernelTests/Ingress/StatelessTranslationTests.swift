// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Testing

@Suite("Stateless translation", .enabled(if: NetworkNamespace.isAvailable))
struct StatelessTranslationTests {
    static func farm(_ scheduler: String, isIPv6: Bool = false, _ transport: Transport = .tcp) -> FarmDocument {
        var farm = DirectReturnTests.farm(scheduler, isIPv6: isIPv6, transport)
        farm.mode = "stlsdnat"
        // b1 has a port of its own, the others take the one that was asked for.
        farm.backends = [#""port": 8080"#, "", ""]
        return farm
    }

    @Test(arguments: DirectReturnTests.kinds)
    func `every scheduler, family and transport: ports there and back`(
        _ scheduler: String, _ isIPv6: Bool, _ transport: Transport
    ) throws {
        let topology = try Topology()
        let farm = Self.farm(scheduler, isIPv6: isIPv6, transport)
        _ = try topology.makeIngressBalancer(farm)
        let service = Endpoint(farm.address ?? "", 80)
        var seen: [String: Int] = [:]
        for _ in 0..<60 {
            let conversation = try topology.converse(transport, service)
            let answers = try (0..<4).map { _ in try conversation.ask() }
            #expect(Set(answers.map(\.backend)).count == 1)
            let client = isIPv6 ? Topology.clientAddress6 : Topology.clientAddress
            #expect(answers.allSatisfy { $0.peer.address == client })
            #expect(answers.allSatisfy { $0.port == ($0.backend == "b1" ? 8080 : 80) })
            seen[answers[0].backend, default: 0] += 1
        }
        #expect(seen.count == 3)
        if scheduler == "rr" { #expect(seen.values.allSatisfy { $0 == 20 }, "\(seen)") }
    }
}
