// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

/// Which connections of one family do not fit what is configured, whatever has changed: for a start, when nobody knows what
/// the daemon before did last.
struct WholeJudgement: Equatable {
    private var places: [UInt32: Judgement.Place] = [:]
    /// Addresses of backends.
    private var occupied: Set<IPAddress> = []
    /// Addresses of farms, with or without a backend.
    private var addresses = ServedAddresses()
    private var served = ServedAddresses()

    /// Whether no connection can be ours.
    var isEmpty: Bool { addresses.isEmpty }

    /// Adds what a farm has.
    mutating func add(_ fragment: CompiledFragment) {
        for target in fragment.backends {
            places[BackendMark.number(of: target.mark)] = Judgement.Place(target)
            occupied.insert(target.address)
        }
        let isServed = fragment.isServed
        for entry in fragment.entries {
            addresses.insert(entry)
            if isServed { served.insert(entry) }
        }
    }

    /// Whether the kernel should forget a connection. A mark is taken for one of ours only if the connection went to an
    /// address of ours and was translated.
    func isStale(_ connection: TrackedConnection) -> Bool {
        guard connection.isConnectionless || !connection.isReplied else { return false }
        let number = BackendMark.number(of: connection.mark)
        if number != 0 {
            guard connection.isTranslated, addresses.contains(connection) else { return false }
            if let place = places[number] { return !connection.isAnswered(at: place) }
            // A number of before for a place of now: see `Judgement`.
            return !occupied.contains(connection.answering)
        }
        return connection.isUnserved && served.contains(connection)
    }
}
