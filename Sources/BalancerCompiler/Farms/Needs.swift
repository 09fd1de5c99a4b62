// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
public import Nftables

/// What a farm requires of the skeleton before its elements can be added.
public struct Needs: Sendable, Hashable {
    /// What it requires of one table.
    public struct Table: Sendable, Hashable {
        /// The chain for its first packets.
        public var shape: Shape
        /// The parts that stand only while they are used.
        public var features: Features

        /// Requires a shape and features.
        public init(shape: Shape, features: Features) {
            self.shape = shape
            self.features = features
        }
    }

    /// In `ip nftlb`; nil: no address of that family.
    public var ip: Table?
    /// In `ip6 nftlb`.
    public var ip6: Table?

    /// Nothing.
    public init() {}

    /// In the table of a family.
    public subscript(family: TableFamily) -> Table? {
        get {
            switch family {
            case .ip: ip
            case .ip6: ip6
            case .netdev: nil
            }
        }
        set {
            switch family {
            case .ip: ip = newValue
            case .ip6: ip6 = newValue
            case .netdev: break
            }
        }
    }

    /// The tables it needs, in order.
    public var families: [TableFamily] { [.ip, .ip6].filter { self[$0] != nil } }
}

/// What a farm requires of the skeleton, whatever its state.
public func needs(of farm: NumberedFarm) -> Needs {
    var needs = Needs()
    for family in AddressFamily.allCases {
        guard let table = tableNeeds(of: farm.farm, family) else { continue }
        needs[TableFamily(family)] = table
    }
    return needs
}

private func tableNeeds(of farm: Farm, _ family: AddressFamily) -> Needs.Table? {
    var features: Features = []
    var isServed = false
    for address in farm.addresses where address.family == family && !address.isIncomplete {
        isServed = true
        if address.address == nil {
            features.insert(.anyAddress)
            if farm.intraConnect { features.insert(.anyAddressIntraConnect) }
        }
    }
    guard isServed else { return nil }
    if farm.intraConnect { features.insert(.intraConnect) }
    if farm.mode == .snat, farm.hasSourceAddress(family) { features.insert(.sourceAddress) }
    return Needs.Table(shape: shape(of: farm, family), features: features)
}

/// The shape of a farm in the table of a family.
private func shape(of farm: Farm, _ family: AddressFamily) -> Shape {
    var configured: [UInt32] = []
    var live: [UInt32] = []
    for backend in farm.backends where backend.address?.family == family {
        configured.append(backend.weight.value)
        if backend.state == .up { live.append(backend.weight.value) }
    }
    let choice = Shape.Choice(farm)
    if case .hash = choice {
        let count = SlotCount.hash(backends: configured.count, round: Weights.round(configured))
        return Shape(choice: choice, slotCount: count)
    }
    // What is configured decides, so that a backend that goes down and up again rarely needs another shape; what is left
    // then may leave more slots empty, but not so many that the draws after the first get much to do.
    let least = SlotCount.wholeRounds(of: Weights.round(configured), emptyAtMostOneIn: 10)
    let count = SlotCount.wholeRounds(of: Weights.round(live), emptyAtMostOneIn: 4, least: least)
    return Shape(choice: choice, slotCount: count)
}

extension Farm {
    /// Whether some backend of a family gets a source address.
    fileprivate func hasSourceAddress(_ family: AddressFamily) -> Bool {
        if sourceAddress?.family == family { return true }
        return backends.contains { $0.address?.family == family && $0.sourceAddress?.family == family }
    }
}
