// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

/// Where in a body the reader is.
enum Level: Sendable {
    case document
    case farm
    case farmAddress
    case backend
    case farmPolicy
    case session
    case policy
    case element
    case address
    case addressPolicy

    /// What is listed under a key here; nil: no list has its place here under that key.
    func list(_ key: String) -> Level? {
        switch (self, key) {
        case (.document, "farms"): .farm
        case (.document, "policies"): .policy
        case (.document, "addresses"): .address
        case (.farm, "addresses"): .farmAddress
        case (.farm, "backends"): .backend
        case (.farm, "policies"): .farmPolicy
        case (.farm, "sessions"): .session
        case (.policy, "elements"): .element
        case (.address, "policies"): .addressPolicy
        default: nil
        }
    }

    /// The keys under which some object lists others.
    static let lists: Set<String> = ["farms", "policies", "addresses", "backends", "sessions", "elements"]

    /// The attributes of the objects here.
    var table: KindTable? {
        switch self {
        case .document: nil
        case .farm: KindTable.of(.farm)
        case .farmAddress: KindTable.of(.farmAddress)
        case .backend: KindTable.of(.backend)
        case .farmPolicy, .addressPolicy: KindTable.of(.policyReference)
        case .session: KindTable.of(.session)
        case .policy: KindTable.of(.policy)
        case .element: KindTable.of(.element)
        case .address: KindTable.of(.address)
        }
    }

    /// What becomes of a key that belongs to other objects.
    var foreignKey: ForeignKey {
        switch self {
        case .farm, .backend, .policy, .address: .ignored
        case .farmAddress, .farmPolicy, .addressPolicy: .refused
        case .document, .session, .element: .failed
        }
    }

    enum ForeignKey {
        case ignored
        /// 400
        case refused
        /// 500
        case failed
    }
}
