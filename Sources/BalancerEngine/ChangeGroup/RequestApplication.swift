// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

/// A request on its way into a draft, some objects at a time.
struct RequestApplication {
    /// How far the request has gone back, if it does.
    private var stepsBack: StepsBack?

    /// Begins the request in the draft.
    init(_ request: ChangeRequest, to draft: inout Draft, _ engine: Engine) throws(BalancerError) {
        switch request.content {
        case .changes(let changes): try draft.begin(changes, as: request.role)
        case .configuration(let document, let mode):
            try draft.begin(configuration: document, mode: mode, as: request.role)
        case .expiry: try draft.expire()
        case .drained(let drains): try draft.end(drains)
        case .restoration(let revision): stepsBack = try StepsBack(engine, to: revision)
        case .reversal: stepsBack = try StepsBack(engine, unconfirmed: engine.unconfirmed)
        case .confirmation: try draft.apply([])
        }
    }

    /// Applies the next objects, at most so many.
    ///
    /// - Returns: whether all are applied.
    mutating func advance(_ draft: inout Draft, objects limit: Int) throws(BalancerError) -> Bool {
        if stepsBack != nil { return try stepsBack!.advance(&draft, objects: limit) }
        return try draft.advance(objects: limit)
    }
}
