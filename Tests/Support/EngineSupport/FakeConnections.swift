// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

package import BalancerEngine
package import BalancerModel
package import Nftables

/// Connection tracking in memory.
package final class FakeConnections: ConnectionPort {
    /// What it knows.
    package var connections: [TrackedConnection] = []
    /// What was asked for, in order.
    package private(set) var filters: [ConnectionFilter] = []
    /// The marks whose connections it was made to forget, in order.
    package private(set) var cuts: [ConnectionFilter.MarkBits] = []
    /// How many connections a part has.
    package var partSize = 2
    /// Why it does nothing; nil: it does.
    package var failure: KernelFailure?

    package init() {}

    /// Forgets what was asked for.
    package func forgetHistory() { filters = [] }

    package func beginDump(_ filter: ConnectionFilter) throws(KernelFailure) -> any ConnectionDump {
        if let failure { throw failure }
        filters.append(filter)
        return Dump(connections.filter(filter.match), partSize)
    }

    package func find(_ flow: Flow) throws(KernelFailure) -> TrackedConnection? {
        if let failure { throw failure }
        let selector = TrackedConnection.Selector.ports(
            source: flow.sourcePort.number, destination: flow.destinationPort.number)
        return connections.first {
            $0.transport == flow.transport.number && $0.source == flow.source && $0.destination == flow.destination
                && $0.selector == selector
        }
    }

    package func forget(_ connections: [TrackedConnection]) throws(KernelFailure) -> Int {
        if let failure { throw failure }
        let before = self.connections.count
        self.connections.removeAll { connections.contains($0) }
        return before - self.connections.count
    }

    package func forget(translatedWith mark: ConnectionFilter.MarkBits) throws(KernelFailure) {
        if let failure { throw failure }
        cuts.append(mark)
        connections.removeAll { $0.isTranslated && mark.match($0.mark) }
    }

    private final class Dump: ConnectionDump {
        private var rest: [TrackedConnection]
        private let partSize: Int

        init(_ connections: [TrackedConnection], _ partSize: Int) {
            rest = connections
            self.partSize = partSize
        }

        func next() -> [TrackedConnection]? {
            guard !rest.isEmpty else { return nil }
            defer { rest.removeFirst(min(partSize, rest.count)) }
            return Array(rest.prefix(partSize))
        }
    }
}
