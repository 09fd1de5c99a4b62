// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
public import Nftables

/// The maps and sets that the daemon fills.
enum MapKind: Int, CaseIterable {
    case services, servicesOut, servicesPort, servicesOutPort, slots, usable, toPort, toAddress, sourceOf

    func declaration(in family: TableFamily) -> SetDeclaration {
        switch self {
        case .services: Maps.services(family)
        case .servicesOut: Maps.servicesOut(family)
        case .servicesPort: Maps.servicesPort
        case .servicesOutPort: Maps.servicesOutPort
        case .slots: Maps.slots
        case .usable: Maps.usable
        case .toPort: Maps.toPort(family)
        case .toAddress: Maps.toAddress(family)
        case .sourceOf: Maps.sourceOf(family)
        }
    }

    init?(name: String) {
        guard let kind = MapKind.allCases.first(where: { $0.declaration(in: .ip).name == name }) else { return nil }
        self = kind
    }

    init(_ entry: CompiledFragment.Entry) {
        switch (entry.address == nil, entry.isLocal) {
        case (false, false): self = .services
        case (false, true): self = .servicesOut
        case (true, false): self = .servicesPort
        case (true, true): self = .servicesOutPort
        }
    }
}

/// Elements of many farms, a list for each set.
public struct ElementBins: Sendable, Hashable {
    private var bins: [ElementList?]
    private let withData: Bool

    /// Empty bins; without data: for keys.
    public init(withData: Bool = true) {
        bins = Array(repeating: nil, count: 2 * MapKind.allCases.count)
        self.withData = withData
    }

    /// The lists that have elements.
    public var lists: [ElementList] { bins.compactMap { $0 }.filter { !$0.isEmpty } }

    /// Whether there is no element.
    public var isEmpty: Bool { bins.allSatisfy { $0?.isEmpty ?? true } }

    /// How many elements there are.
    public var count: Int { bins.reduce(0) { $0 + ($1?.count ?? 0) } }

    subscript(kind: MapKind, family: TableFamily) -> ElementList? { bins[Self.index(kind, family)] }

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

    /// Appends all elements of other bins.
    public mutating func append(_ other: ElementBins) {
        for index in bins.indices {
            guard let list = other.bins[index] else { continue }
            if bins[index] == nil { bins[index] = list } else { bins[index]?.append(contentsOf: list) }
        }
    }
}
