// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// Addresses with services on ranges, all ports or all protocols, and how many such services each has: the set `wild`, whose
/// elements farms share. One is there as long as somebody needs it.
public struct WideAddresses: Sendable, Hashable {
    /// An address in a table.
    struct Place: Hashable, Comparable {
        var address: IPAddress
        var isAtIngress: Bool

        static func < (left: Place, right: Place) -> Bool {
            left.isAtIngress == right.isAtIngress ? left.address < right.address : right.isAtIngress
        }

        func append(to bins: inout ElementBins) {
            let family = address.family
            if isAtIngress {
                bins.with(IngressMaps.services(.wideAddresses, family), .netdev) { $0.append(address: address) }
            } else {
                bins.with(.wideAddresses, TableFamily(family)) { $0.append(address: address) }
            }
        }
    }

    /// How many more or fewer services of an address there are.
    typealias Changes = [Place: Int]

    private var counts: [Place: Int] = [:]

    /// No such service.
    public init() {}

    /// Counts what a farm has.
    public mutating func add(_ farm: CompiledFarm?) { count(farm, by: 1) }

    /// No longer counts what a farm had.
    public mutating func remove(_ farm: CompiledFarm?) { count(farm, by: -1) }

    private mutating func count(_ farm: CompiledFarm?, by step: Int) {
        var changes = Changes()
        changes.count(farm, by: step)
        for (address, step) in changes {
            let count = counts[address, default: 0] + step
            precondition(count >= 0, "what is given back was taken")
            counts[address] = count == 0 ? nil : count
        }
    }

    /// The elements that come and those that go.
    func elements(of changes: Changes) -> (added: ElementBins, removed: ElementBins) {
        var result = (added: ElementBins(), removed: ElementBins(withData: false))
        for (place, step) in changes.sorted(by: { $0.key < $1.key }) {
            let before = counts[place] ?? 0
            if before == 0, step > 0 { place.append(to: &result.added) }
            if before > 0, before + step == 0 { place.append(to: &result.removed) }
        }
        return result
    }

    /// All elements.
    public func append(to bins: inout ElementBins) {
        for place in counts.keys.sorted() { place.append(to: &bins) }
    }
}

extension WideAddresses.Changes {
    /// Counts the services of a farm.
    mutating func count(_ farm: CompiledFarm?, by step: Int) {
        for fragment in [farm?.ip, farm?.ip6] { count(fragment?.entries ?? [], isAtIngress: false, by: step) }
        for part in farm?.ingress?.parts ?? [] { count(part.entries, isAtIngress: true, by: step) }
    }

    private mutating func count(_ entries: [CompiledFragment.Entry], isAtIngress: Bool, by step: Int) {
        for entry in entries {
            guard let address = entry.wideAddress else { continue }
            let place = WideAddresses.Place(address: address, isAtIngress: isAtIngress)
            let sum = self[place, default: 0] + step
            self[place] = sum == 0 ? nil : sum
        }
    }

    /// Adds what another difference changes.
    mutating func merge(_ other: WideAddresses.Changes) {
        merge(other, uniquingKeysWith: +)
        for (address, step) in other where step != 0 && self[address] == 0 { self[address] = nil }
    }
}
