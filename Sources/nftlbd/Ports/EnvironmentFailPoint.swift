// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import Glibc

/// Ends the process, or makes a step fail, where `NFTLB_FAIL_POINT` says.
final class EnvironmentFailPoint: FailPointPort {
    private let request: FailPointRequest
    private var passed = 0

    private init(_ request: FailPointRequest) { self.request = request }

    /// What the environment asks for; nil when it does not, and always in a release.
    static func read(_ environment: (String) -> String?) throws(UsageError) -> (any FailPointPort)? {
        #if DEBUG || FAIL_POINTS
            guard let text = environment("NFTLB_FAIL_POINT"), !text.isEmpty else { return nil }
            return EnvironmentFailPoint(try FailPointRequest(parsing: text))
        #else
            return nil
        #endif
    }

    func reached(_ point: FailPoint) -> Bool {
        guard point == request.point else { return false }
        passed += 1
        guard passed == request.occurrence else { return false }
        guard request.effect == .kill else { return true }
        // Nothing of ours may run any more: no handler, no deinit, no flush.
        kill(getpid(), SIGKILL)
        while true { pause() }
    }
}
