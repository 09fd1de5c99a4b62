// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
public import Nftables

/// The maps and sets that the daemon fills, except those of static sessions, of which there is one for each set of fields, and
/// those of policies and of addresses that they guard.
enum MapKind: Int, CaseIterable {
    case services, servicesRange, servicesAddress, servicesAll, servicesPort, wideAddresses, localClients
    case slots, usable, sticky, toPort, toAddress, sourceOf, proxyMarks, guards, offloaded
    case backendLimit, logNew, logReset, logEstablished, logStrict, logBackend, logInput, logForward

    func declaration(in family: TableFamily) -> SetDeclaration {
        switch self {
        case .services: Maps.services(family)
        case .servicesRange: Maps.servicesRange(family)
        case .servicesAddress: Maps.servicesAddress(family)
        case .servicesAll: Maps.servicesAll(family)
        case .servicesPort: Maps.servicesPort
        case .wideAddresses: Maps.wideAddresses(family)
        case .localClients: Maps.localClients
        case .slots: Maps.slots
        case .usable: Maps.usable
        case .sticky: Maps.sticky
        case .toPort: Maps.toPort(family)
        case .toAddress: Maps.toAddress(family)
        case .sourceOf: Maps.sourceOf(family)
        case .proxyMarks: Maps.proxyMarks
        case .offloaded: Maps.offloaded
        case .backendLimit: Maps.backendLimit
        case .logNew: Maps.lines("new", by: .meta(.priority))
        case .logReset: Maps.lines("rst", by: .meta(.priority))
        case .logEstablished: Maps.lines("est", by: .meta(.priority))
        case .logStrict: Maps.lines("strict", by: .meta(.priority))
        case .logInput: Maps.lines("in", by: .meta(.priority))
        case .logForward: Maps.lines("fwd", by: .connection(.mark))
        case .logBackend: Maps.lines("best", by: .connection(.mark))
        case .guards: Maps.guards
        }
    }

    init(_ entry: CompiledFragment.Entry) {
        guard entry.address != nil else {
            self = .servicesPort
            return
        }
        guard entry.transport != nil else {
            self = .servicesAll
            return
        }
        switch entry.ports?.count {
        case nil: self = .servicesAddress
        case 1: self = .services
        default: self = .servicesRange
        }
    }
}

/// Elements of many farms, a list for each set.
public struct ElementBins: Sendable, Hashable {
    private var bins: [ElementList?]
    /// Static sessions, policies, and what they guard outside of farms: few have some.
    private var others: [SetReference: ElementList] = [:]
    private let withData: Bool

    /// Empty bins; without data: for keys.
    public init(withData: Bool = true) {
        bins = Array(repeating: nil, count: 2 * MapKind.allCases.count)
        self.withData = withData
    }

    /// The lists that have elements.
    public var lists: [ElementList] {
        let others = others.isEmpty ? [] : others.sorted { $0.key < $1.key }.map(\.value)
        return (bins.compactMap { $0 } + others).filter { !$0.isEmpty }
    }

    /// Whether there is no element.
    public var isEmpty: Bool {
        bins.allSatisfy { $0?.isEmpty ?? true } && others.values.allSatisfy { $0.isEmpty }
    }

    /// How many elements there are.
    public var count: Int {
        bins.reduce(0) { $0 + ($1?.count ?? 0) } + others.values.reduce(0) { $0 + $1.count }
    }

    private static func index(_ kind: MapKind, _ family: TableFamily) -> Int {
        kind.rawValue * 2 + (family == .ip6 ? 1 : 0)
    }

    /// Lets `body` write into a list.
    mutating func with(_ kind: MapKind, _ family: TableFamily, _ body: (inout ElementList) -> Void) {
        let index = Self.index(kind, family)
        var list = bins[index] ?? kind.declaration(in: family).list(in: family, withData: withData)
        bins[index] = nil
        body(&list)
        bins[index] = list
    }

    /// Lets `body` write into a list of static sessions.
    mutating func with(_ fields: SessionFields, _ family: TableFamily, _ body: (inout ElementList) -> Void) {
        with(fields.statics(in: family), family, body)
    }

    /// Lets `body` write into a list of one of the sets that few have.
    mutating func with(_ declaration: SetDeclaration, _ family: TableFamily, _ body: (inout ElementList) -> Void) {
        let set = SetReference(family: family, name: declaration.name)
        body(&others[set, default: declaration.list(in: family, withData: withData)])
    }

    /// Appends all elements of other bins.
    public mutating func append(_ other: ElementBins) {
        for index in bins.indices {
            guard let list = other.bins[index] else { continue }
            if bins[index] == nil { bins[index] = list } else { bins[index]?.append(contentsOf: list) }
        }
        others.merge(other.others) { mine, theirs in
            var both = mine
            both.append(contentsOf: theirs)
            return both
        }
    }
}
