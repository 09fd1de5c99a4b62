// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Testing

@Suite("The network of the other tests", .enabled(if: NetworkNamespace.isAvailable), .serialized)
struct TopologyTests {
    @Test(arguments: Transport.allCases)
    func `clients reach every backend through the balancer`(_ transport: Transport) throws {
        let topology = try Topology(backends: 2)
        for backend in topology.backends {
            let answer = try topology.ask(transport, Endpoint(backend.address, 8080))
            #expect(answer.backend == backend.name)
            #expect(answer.peer.address == Topology.clientAddress)
            #expect(answer.port == 8080)
            let answer6 = try topology.ask(transport, Endpoint(backend.address6, 80))
            #expect(answer6.backend == backend.name)
            #expect(answer6.peer.address == Topology.clientAddress6)
        }
    }

    @Test func `a service of plain nft rules is balanced, and load is counted`() throws {
        let topology = try Topology(backends: 2)
        try topology.balancer.inside {
            try Command.nft(
                """
                table ip t {
                    chain c { type nat hook prerouting priority -100
                        ip daddr 192.0.2.1 tcp dport 80 dnat to numgen inc mod 2 map { 0 : 10.9.11.2, 1 : 10.9.12.2 }
                    }
                }
                """)
        }
        let service = Endpoint("192.0.2.1", 80)
        #expect(try topology.spread(.tcp, service, count: 20) == ["b1": 10, "b2": 10])

        let lasting = try topology.converse(.tcp, service)
        let backend = try lasting.ask().backend
        let load = LoadLoop(topology, .tcp, [service])
        load.wait(for: 200)
        #expect(try lasting.ask().backend == backend)
        let result = load.stop()
        #expect(result.failed == 0)
        #expect(result.total >= 200)

        topology.backends[0].server.shutDown()
        let failing = LoadLoop(topology, .tcp, [service])
        failing.wait(for: 20)
        // The first may still have met the listener that was about to be closed.
        #expect(failing.stop().failures.keys.contains { $0.description == "connect: Connection refused" })
    }
}
