// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A backend by the names of its farm and its own.
struct BackendPlace: Sendable, Hashable {
    var farm: Name
    var backend: Name
}

/// What a backend with a mark of its own takes from all others: the value of the connection mark that means it.
struct MarkClaim: Sendable, Hashable {
    var value: UInt32
    var place: BackendPlace
}

extension Farm {
    /// The value of the connection mark that means a backend of this farm: the user's marks of both, or-ed. Nil for a
    /// backend without a mark of its own: its number is drawn.
    public func givenMark(of backend: Backend) -> UInt32? {
        backend.mark == .none ? nil : backend.mark.value | mark.value
    }

    /// What its backends take, in their order, whatever their state: a connection outlives it.
    fileprivate var markClaims: [MarkClaim] {
        backends.compactMap { backend in
            givenMark(of: backend).map {
                MarkClaim(value: $0, place: BackendPlace(farm: name, backend: backend.name))
            }
        }
    }
}

extension ObjectDifference<Farm> {
    /// What its backends released and what they take, without what stays at either end of the list.
    var markClaims: (released: ArraySlice<MarkClaim>, taken: ArraySlice<MarkClaim>) {
        let (old, new) = (before?.markClaims ?? [], after?.markClaims ?? [])
        let shorter = min(old.count, new.count)
        var start = 0
        while start < shorter, old[start] == new[start] { start += 1 }
        var rest = 0
        while rest < shorter - start, old[old.count - 1 - rest] == new[new.count - 1 - rest] { rest += 1 }
        return (old[start..<old.count - rest], new[start..<new.count - rest])
    }
}

/// Which backend has which mark, as a draft sees it: what differs from the marks of the configuration it began with.
struct DraftMarks: Sendable {
    private let base: [UInt32: BackendPlace]
    private var overlay: [UInt32: BackendPlace?] = [:]
    private var journal: [(mark: UInt32, before: BackendPlace??)] = []

    init(on base: [UInt32: BackendPlace]) {
        self.base = base
    }

    mutating func begin() {
        journal.removeAll(keepingCapacity: true)
    }

    mutating func undo() {
        while let step = journal.popLast() { overlay[step.mark] = step.before }
    }

    /// Lets the backends that differ release what they had and take what they have now. A mark that another backend has
    /// fails with the path of the one that came later.
    mutating func apply(_ differences: [ObjectDifference<Farm>]) throws(Failure) {
        let claims = differences.map(\.markClaims)
        for claim in claims.lazy.flatMap(\.released) { set(claim.value, nil) }
        for claim in claims.lazy.flatMap(\.taken) {
            if let holder = overlay[claim.value] ?? base[claim.value] {
                let (farm, backend) = (claim.place.farm.text, claim.place.backend.text)
                throw Failure(
                    .invalid, at: [Farm.collection, farm, Backend.collection, backend, "mark"],
                    "with the mark of its farm it is \(claim.value), the mark of the backend"
                        + " \"\(holder.backend)\" of the farm \"\(holder.farm)\"")
            }
            set(claim.value, claim.place)
        }
    }

    private mutating func set(_ mark: UInt32, _ place: BackendPlace?) {
        journal.append((mark, overlay[mark]))
        overlay[mark] = .some(place)
    }
}
