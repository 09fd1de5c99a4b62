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

        /// The lines that it writes into the log.
        public var lines: Set<LogLine>
        /// The limits of its backends.
        public var backendLimits: Set<BackendLimit>

        /// Requires a shape and features, and more where it is limited.
        public init(
            shape: Shape, features: Features, lines: Set<LogLine> = [], backendLimits: Set<BackendLimit> = []
        ) {
            self.shape = shape
            self.features = features
            self.lines = lines
            self.backendLimits = backendLimits
        }
    }

    /// In `ip nftlb`; nil: no address of that family.
    public var ip: Table?
    /// In `ip6 nftlb`.
    public var ip6: Table?
    /// In `netdev nftlb`; then it requires nothing of the others. At which interfaces base chains must stand depends on the
    /// network, see ``CompiledFarm/ingress``.
    public var ingress: Ingress?

    /// What a farm at ingress requires of its table.
    public struct Ingress: Sendable, Hashable {
        /// Its shapes, one for each family that it serves.
        public var shapes: [IngressShape]
        /// The parts that stand only while they are used.
        public var features: Features
        /// The lines that it writes into the log.
        public var lines: Set<LogLine>
    }

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
    if farm.farm.mode.isAtIngress {
        needs.ingress = ingressNeeds(of: farm)
        return needs
    }
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
        if address.address == nil { features.insert(.anyAddress) }
        if address.isWide { features.insert(.wideServices) }
    }
    guard isServed else { return nil }
    if farm.offloadsFlows { features.insert(.offloadedFlows) }
    if farm.intraConnect { features.insert(.intraConnect) }
    let shape = shape(of: farm, family)
    let hasSource = farm.hasSource(family)
    switch farm.mode {
    case .snat: if hasSource { features.insert(.sourceAddress) }
    case .local: if hasSource { features.formUnion([.sourceAddress, .proxyMarks]) }
    case .dnat, .dsr, .stlsdnat: break
    }
    if shape.persistence != nil || shape.copiesMark || !shape.isCounted { features.insert(.flaggedMarks) }
    var table = Needs.Table(shape: shape, features: features)
    if let line = farm.line(.input) { table.lines.insert(line) }
    if let line = farm.line(.forward) {
        table.features.insert(.loggedForward)
        table.lines.insert(line)
    }
    if shape.queue != nil { table.features.insert(.queuedShapes) }
    guard let limits = shape.limits else { return table }
    if shape.guardChain(in: TableFamily(family)) != nil { table.features.insert(.guardedShapes) }
    table.lines.formUnion(farm.limitLines(limits, family))
    table.backendLimits = farm.backendLimits(limits, family)
    return table
}

/// The shape of a farm in the table of a family.
private func shape(of farm: Farm, _ family: AddressFamily) -> Shape {
    let choice = Shape.Choice(farm)
    if choice == .proxy {
        return Shape(
            choice: choice, slotCount: .few, limits: farm.limits(family),
            queue: UInt16(exactly: farm.options.queue.value), logsInput: farm.line(.input) != nil,
            isCounted: farm.options.counters)
    }
    return Shape(
        choice: choice, slotCount: slotCount(of: farm, family, choice), persistence: farm.shapePersistence(family),
        limits: farm.limits(family), queue: UInt16(exactly: farm.options.queue.value), helpers: farm.helpers(family),
        logsInput: farm.line(.input) != nil,
        copiesMark: farm.hasUserMark,
        isCounted: farm.options.counters)
}

func slotCount(of farm: Farm, _ family: AddressFamily, _ choice: Shape.Choice) -> SlotCount {
    let active = farm.activePriority(family)
    var configured: [UInt32] = []
    var live: [UInt32] = []
    for backend in farm.backends where backend.address?.family == family {
        configured.append(backend.weight.value)
        if backend.duty(active: active) == .newConnections { live.append(backend.weight.value) }
    }
    switch choice {
    case .hash where farm.scheduler == .maglev:
        return SlotCount.consistent(backends: configured.count, round: Weights.round(configured))
    case .hash, .symmetricHash:
        return SlotCount.hash(backends: configured.count, round: Weights.round(configured))
    case .turn, .lot, .proxy:
        // What is configured decides, so that a backend that goes down and up again rarely needs another shape; what is left
        // then may leave more slots empty, but not so many that the draws after the first get much to do.
        let least = SlotCount.wholeRounds(of: Weights.round(configured), emptyAtMostOneIn: 10)
        return SlotCount.wholeRounds(of: Weights.round(live), emptyAtMostOneIn: 4, least: least)
    }
}

extension FarmAddress {
    /// Whether it has services on ranges of ports, on all of them or on all protocols.
    var isWide: Bool {
        ports.isAll || ports.count > FarmAddress.maximumExpandedPorts && ports.ranges.contains { $0.count > 1 }
    }
}
