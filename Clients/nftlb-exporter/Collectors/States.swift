// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

extension OperationalState: StateWord {
    static let labels = makeLabels()
}

extension ServiceState: StateWord {
    static let labels = makeLabels()
}

/// What an operator asked for of a farm.
enum AdministrativeState: String, StateWord {
    case up
    case down
    case off

    static let labels = makeLabels()
}

/// What is the case with a backend. It serves or it does not: only a farm can do so in part.
enum BackendCondition: String, StateWord {
    case up
    case down
    case off

    static let labels = makeLabels()

    init(_ state: OperationalState) {
        switch state {
        case .up, .degraded: self = .up
        case .down: self = .down
        case .off: self = .off
        }
    }
}
