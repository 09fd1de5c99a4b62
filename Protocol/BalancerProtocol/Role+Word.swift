// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

extension Role {
    /// The role as it is written.
    public var word: String {
        switch self {
        case .reader: "reader"
        case .operator: "operator"
        case .administrator: "administrator"
        }
    }
}
