// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Who takes which services: a farm in a configuration, an address in a farm. A service is taken once in its scope.
struct ServiceClaims: Sendable {
    /// All entries but ranges.
    private(set) var exact: [ServiceEntry: Name] = [:]
    private(set) var ranges: [RangePlace: RangeClaims] = [:]

    /// Takes a service; the name of who has it, if somebody has.
    mutating func take(_ entry: ServiceEntry, for name: Name) -> Name? {
        guard case .range(let transport, let range) = entry.scope else {
            if let holder = exact[entry] { return holder }
            exact[entry] = name
            return nil
        }
        return ranges[RangePlace(entry, transport), default: RangeClaims()].take(range, for: name)
    }

    mutating func release(_ entry: ServiceEntry) {
        guard case .range(let transport, let range) = entry.scope else {
            exact[entry] = nil
            return
        }
        let place = RangePlace(entry, transport)
        ranges[place]?.release(range)
        if ranges[place]?.isEmpty ?? false { ranges[place] = nil }
    }
}

/// Where ranges of ports can overlap.
struct RangePlace: Sendable, Hashable {
    var address: IPAddress?
    var family: AddressFamily
    var transport: ServiceTransport

    init(_ entry: ServiceEntry, _ transport: ServiceTransport) {
        address = entry.address
        family = entry.family
        self.transport = transport
    }
}

/// The ranges of one place in ascending order. They do not overlap.
struct RangeClaims: Sendable {
    private var claims: [(range: ClosedRange<UInt16>, name: Name)] = []

    var isEmpty: Bool { claims.isEmpty }

    /// Takes a range; the name of who has a part of it, if somebody has.
    mutating func take(_ range: ClosedRange<UInt16>, for name: Name) -> Name? {
        let index = firstIndex(endingAt: range.lowerBound)
        if index < claims.count, claims[index].range.overlaps(range) { return claims[index].name }
        claims.insert((range, name), at: index)
        return nil
    }

    mutating func release(_ range: ClosedRange<UInt16>) {
        let index = firstIndex(endingAt: range.lowerBound)
        if index < claims.count, claims[index].range == range { claims.remove(at: index) }
    }

    /// The first range that ends at a port or after it.
    private func firstIndex(endingAt port: UInt16) -> Int {
        var (low, high) = (0, claims.count)
        while low < high {
            let middle = (low + high) / 2
            if claims[middle].range.upperBound < port { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// An object that takes services from others of its kind.
protocol Claimant: NamedObject {
    /// What it takes.
    var claims: [ServiceEntry] { get }
    /// Whether another version of it certainly takes the same.
    func claimsSame(as other: Self) -> Bool
    /// What it does with a service.
    static var claiming: String { get }
}

extension Farm: Claimant {
    /// What this farm takes from other farms: nothing unless it is up.
    var claims: [ServiceEntry] { state == .up ? services : [] }
    func claimsSame(as other: Farm) -> Bool { state == other.state && addresses == other.addresses }
    static var claiming: String { "take" }
}

extension Address: Claimant {
    /// What policies guard here; two addresses do not guard the same.
    var claims: [ServiceEntry] { guardedServices }
    func claimsSame(as other: Address) -> Bool { guardedServices == other.guardedServices }
    static var claiming: String { "guard" }
}

extension ObjectDifference where Value: Claimant {
    /// Whether what the object takes may be another, or its name.
    var changesClaims: Bool {
        guard let before, let after else { return true }
        return before.name != after.name || !before.claimsSame(as: after)
    }
}
