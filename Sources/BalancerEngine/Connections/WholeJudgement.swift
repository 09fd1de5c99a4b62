// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

/// Which connections of one family do not fit what is configured, whatever has changed: for a start, when nobody knows what
/// the daemon before did last.
struct WholeJudgement: Equatable {
    /// A farm at an address of its backends.
    private struct Seat: Hashable {
        var farm: UInt16
        var address: IPAddress
    }

    private var places: [UInt32: Judgement.Place] = [:]
    /// The ports of a farm's backends, by address: another farm's backend there keeps nobody.
    private var ports: [Seat: Set<UInt16>] = [:]
    /// Addresses of farms, with or without a backend.
    private var addresses = ServedAddresses()
    private var served = ServedAddresses()
    /// Where backends were lost, by their numbers, as the store says: as certain as a change.
    private let lost: [UInt32: Set<Judgement.Place>]

    init(lost: [UInt32: Set<Judgement.Place>] = [:]) { self.lost = lost }

    /// Whether no connection can be ours.
    var isEmpty: Bool { addresses.isEmpty && lost.isEmpty }

    /// Adds what a farm has. Who is with a backend that stands by stays there.
    mutating func add(_ fragment: CompiledFragment) {
        for target in fragment.backends + fragment.standby {
            places[BackendMark.number(of: target.mark)] = Judgement.Place(target)
            ports[Seat(farm: fragment.farm, address: target.address), default: []].insert(target.port)
        }
        let isServed = fragment.isServed
        for entry in fragment.entries {
            addresses.insert(entry, of: fragment.farm)
            if isServed { served.insert(entry) }
        }
    }

    /// Whether the kernel should forget a connection.
    func isStale(_ connection: TrackedConnection) -> Bool {
        guard connection.isConnectionless || !connection.isReplied else { return false }
        let number = BackendMark.number(of: connection.mark)
        guard number != 0 else { return connection.isUnserved && served.contains(connection) }
        let place = places[number]
        if let place, connection.isAnswered(at: place) { return false }
        if lost[number]?.contains(where: { connection.isAnswered(at: $0) }) == true { return true }
        // From here on a mark is taken for one of ours only if the connection went to an address of ours and was translated.
        guard connection.isTranslated else { return false }
        let farms = addresses.farms(at: connection)
        guard farms.isEmpty else {
            // A number of before for a place of now: see `Judgement`.
            return place != nil || !farms.contains { isAnswered(connection, by: $0) }
        }
        // Which addresses are the balancer's is not known: what is answered may be another program's, and would break.
        return !connection.isReplied && addresses.contains(connection)
    }

    private func isAnswered(_ connection: TrackedConnection, by farm: UInt16) -> Bool {
        (ports[Seat(farm: farm, address: connection.answering)] ?? []).contains {
            connection.isAnswered(at: Judgement.Place(address: connection.answering, port: $0))
        }
    }
}
