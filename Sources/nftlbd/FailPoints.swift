// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine

/// `NFTLB_FAIL_POINT=NAME[:kill|:error][:N]`: at the Nth time the engine comes to the point NAME, the process is killed
/// (as by a crash) or the step that follows is made to fail.
///
/// Only in debug builds and with `-DFAIL_POINTS`; a release does not look at the variable.
struct FailPointRequest: Equatable {
    enum Effect: String { case kill, error }

    var point: FailPoint
    var effect = Effect.kill
    var occurrence = 1

    init(parsing text: String) throws(UsageError) {
        var parts = text.split(separator: ":", omittingEmptySubsequences: false)[...]
        guard let name = parts.popFirst(), let point = FailPoint(rawValue: String(name)) else {
            let known = FailPoint.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError(reason: "NFTLB_FAIL_POINT: unknown point in \"\(text)\"; there are \(known)")
        }
        self.point = point
        if let word = parts.first, let effect = Effect(rawValue: String(word)) {
            self.effect = effect
            parts.removeFirst()
        }
        if let word = parts.popFirst() {
            guard let number = Int(word), number > 0 else {
                throw UsageError(reason: "NFTLB_FAIL_POINT: \"\(word)\" is neither kill, error nor a positive number")
            }
            occurrence = number
        }
        guard parts.isEmpty else { throw UsageError(reason: "NFTLB_FAIL_POINT: too many parts in \"\(text)\"") }
    }
}
