// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

/// Which connections of one family must be judged again, because what was decided with their first packet does not hold any
/// more. Values in, values out.
///
/// The kernel decides once, with the first packet. A client that keeps sending datagrams from one port is one connection for
/// ever: sent to a backend that is gone, or to nobody because there was no backend, it would stay so.
struct Judgement: Equatable {
    /// Where a backend answers.
    struct Place: Hashable {
        var address: IPAddress
        /// 0: whatever port was asked for.
        var port: UInt16

        init(address: IPAddress, port: UInt16) {
            self.address = address
            self.port = port
        }

        init(_ target: CompiledFragment.Target) { self.init(address: target.address, port: target.port) }
    }

    /// What became of a backend.
    struct Move: Equatable {
        /// Where it was: a mark alone says nothing, since other programs have marks, too.
        var from: Set<Place>
        /// Where it is; nil: nowhere.
        var to: Place?
    }

    /// Backends, by number, that are no longer where they were.
    private(set) var moved: [UInt32: Move] = [:]
    /// Addresses that nobody served before.
    private(set) var served = ServedAddresses()

    /// Whether there is nothing to look for.
    var isEmpty: Bool { moved.isEmpty && served.isEmpty }

    /// Adds what one farm's change makes questionable. Changes come in the order in which they were made.
    mutating func add(from old: CompiledFragment?, to new: CompiledFragment?) {
        if old?.backends != new?.backends || old?.standby != new?.standby {
            // One that stands by has the clients of before.
            addBackends(
                from: old.map { $0.backends + $0.standby } ?? [], to: new.map { $0.backends + $0.standby } ?? [])
        }
        guard let new, new.isServed else { return }
        guard let old, old.isServed else {
            for entry in new.entries { served.insert(entry) }
            return
        }
        guard old.entries != new.entries else { return }
        let before = Set(old.entries)
        for entry in new.entries where !before.contains(entry) { served.insert(entry) }
    }

    private mutating func addBackends(from old: [CompiledFragment.Target], to new: [CompiledFragment.Target]) {
        var places: [UInt32: Place] = [:]
        places.reserveCapacity(new.count)
        for target in new {
            let number = BackendMark.number(of: target.mark)
            places[number] = Place(target)
            // One that went and has come back: what is still where it should be stays.
            moved[number]?.to = Place(target)
        }
        let occupied = Set(places.values)
        for target in old {
            let number = BackendMark.number(of: target.mark)
            let place = Place(target)
            // Another number for the same place: the farm's mark has changed, or the backend was made anew. Who is there
            // stays there.
            if places[number] != place, places[number] != nil || !occupied.contains(place) {
                moved[number, default: Move(from: [])].from.insert(place)
                moved[number]?.to = places[number]
            }
        }
    }

    /// Whether the kernel should forget a connection, so that its next packet is the first one.
    ///
    /// A connection with a state at its ends that has been answered is never touched: `down` and `off` let it go on, and
    /// another backend could only reset it.
    func isStale(_ connection: TrackedConnection) -> Bool {
        guard connection.isConnectionless || !connection.isReplied else { return false }
        let number = BackendMark.number(of: connection.mark)
        if number != 0, let move = moved[number] {
            guard move.from.contains(where: { connection.isAnswered(at: $0) }) else { return false }
            return move.to.map { !connection.isAnswered(at: $0) } ?? true
        }
        return connection.isUnserved && served.contains(connection)
    }

    /// What the kernel is asked for: as little as one value and mask can say.
    func filter(_ family: AddressFamily) -> ConnectionFilter {
        guard !moved.isEmpty else {
            return ConnectionFilter(
                family: family, mark: .init(value: 0, mask: .max), isUnrepliedOnly: true)
        }
        // The bits in which all numbers agree, and 0 with them if what has no mark is wanted.
        let first = moved.first!.key
        var differing = served.isEmpty ? 0 : first
        for number in moved.keys { differing |= number ^ first }
        return ConnectionFilter(
            family: family, mark: .init(value: first, mask: BackendMark.number & ~differing))
    }
}

extension CompiledFragment {
    /// Whether new connections to its addresses find a backend.
    var isServed: Bool { !entries.isEmpty && slots.contains { $0 != 0 } }
}

extension TrackedConnection {
    /// Whether nobody has translated or answered it.
    var isUnserved: Bool { mark == 0 && !isTranslated && !isReplied }

    /// Transports whose ends know of a connection and refuse packets of another one (IANA): TCP, DCCP, SCTP.
    private static let connected: Set<UInt8> = [6, 33, 132]

    /// Whether the ends know nothing of a connection.
    var isConnectionless: Bool { !Self.connected.contains(transport) }

    func isAnswered(at place: Judgement.Place) -> Bool {
        guard answering == place.address else { return false }
        switch selector {
        case .ports(_, let asked): return answeringPort == (place.port == 0 ? asked : place.port)
        case .icmp, .none: return true
        }
    }
}
