// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import Nftables

/// A farm as elements: everything of it that stands in the kernel's maps, in compact form.
public struct CompiledFarm: Sendable, Hashable {
    /// The farm's number.
    public let number: UInt16
    /// Its part in `ip nftlb`.
    public internal(set) var ip: CompiledFragment?
    /// Its part in `ip6 nftlb`.
    public internal(set) var ip6: CompiledFragment?
    /// Its part in `netdev nftlb`; then it has none in the others.
    public internal(set) var ingress: IngressFragment?

    /// The interfaces at which its established flows are sent on past the rules.
    public internal(set) var flowDevices: Set<InterfaceName> = []

    init(number: UInt16) { self.number = number }

    /// Its part in the table of a family.
    public subscript(family: TableFamily) -> CompiledFragment? {
        switch family {
        case .ip: ip
        case .ip6: ip6
        case .netdev: nil
        }
    }

    /// Whether one of its elements has this key.
    public func contains(_ set: SetReference, key: [UInt8]) -> Bool {
        elements.contains { list in
            list.set == set && (0..<list.count).contains { list.key(at: $0).elementsEqual(key) }
        }
    }

    /// All its elements, a list for each set; without those that farms share (see ``WideAddresses``).
    public var elements: [ElementList] {
        var bins = ElementBins()
        append(to: &bins)
        return bins.lists
    }

    /// Appends all its elements to lists of the same sets.
    public func append(to bins: inout ElementBins) {
        for family in [TableFamily.ip, .ip6] {
            if let fragment = self[family] { bins.add(fragment, number: number, family: family) }
        }
        if let ingress { bins.add(ingress, number: number) }
    }
}
