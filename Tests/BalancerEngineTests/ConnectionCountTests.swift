// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import EngineSupport
import Testing

@testable import BalancerEngine

@Suite("Connections of each backend, counted")
struct ConnectionCountTests {
    static func connection(_ mark: UInt32) -> TrackedConnection {
        TrackedConnection(
            transport: 6, source: .v4(1), destination: .v4(2), selector: .ports(source: 1, destination: 2),
            answering: .v4(3), mark: mark)
    }

    @Test("flags of a mark do not matter, and marks of nobody are not counted")
    func counts() throws {
        let kernel = FakeConnections()
        kernel.connections = [7, 7 | BackendMark.masquerade, 9, 0, BackendMark.masquerade].map(Self.connection)
        var counts = ConnectionCounts()
        let dump = try kernel.beginDump(ConnectionFilter(family: .ipv4))
        while let part = try dump.next() { counts.add(part) }
        #expect(counts.counts == [7: 2, 9: 1])
        #expect(counts[7] == 2 && counts[8] == 0)
    }
}
