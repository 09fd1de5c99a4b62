// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

extension Engine {
    /// Counts the connections that connection tracking knows, by the backend's number: one walk for each family, beside
    /// changes.
    ///
    /// - Parameter completion: called once, in a later turn of the loop; nil: there is no connection tracking to ask, or it
    ///   cannot be read.
    func countConnections(completion: @escaping (ConnectionCounts?) -> Void) {
        guard let connections else { return scheduler.soon { completion(nil) } }
        let work = ConnectionCounting(connections)
        runAside(work) { _ in completion(work.result) }
    }

    /// Adds to figures how many connections each backend has now.
    public func addEstablished(to statistics: Statistics, completion: @escaping (Statistics) -> Void) {
        countConnections { [weak self] counted in
            var statistics = statistics
            if let self, let counted { add(counted, to: &statistics) }
            completion(statistics)
        }
    }

    private func add(_ counted: ConnectionCounts, to statistics: inout Statistics) {
        for index in statistics.farms.indices {
            guard let farm = configuration.farms[statistics.farms[index].name],
                let identity = farms[farm.name]?.identity
            else { continue }
            let numbers = Dictionary(uniqueKeysWithValues: zip(farm.backends.map(\.name), identity.backendNumbers))
            for place in statistics.farms[index].backends.indices {
                guard let number = numbers[statistics.farms[index].backends[place].name] else { continue }
                statistics.farms[index].backends[place].established = UInt64(counted[number])
            }
        }
    }
}

/// Walks over all connections, a part in each turn.
private final class ConnectionCounting: Work {
    private let connections: any ConnectionPort
    private var families = AddressFamily.allCases[...]
    private var dump: (any ConnectionDump)?
    private var counts = ConnectionCounts()
    private(set) var result: ConnectionCounts?

    init(_ connections: any ConnectionPort) { self.connections = connections }

    func advance() -> WorkProgress {
        do throws(KernelFailure) {
            guard let dump else {
                guard let family = families.popFirst() else {
                    result = counts
                    return .finished
                }
                self.dump = try connections.beginDump(ConnectionFilter(family: family))
                return .more
            }
            if let part = try dump.next() { counts.add(part) } else { self.dump = nil }
            return .more
        } catch {
            return .finished
        }
    }
}
