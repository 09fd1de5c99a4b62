// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerLink
import BalancerProtocol

extension Bridge {
    /// `/healthz`: whether the daemon is there and serves.
    func health() async -> HTTPAnswer {
        do throws(DaemonFailure) {
            let state = try await daemon.read(ServiceInfo.self).state
            let isServing = state != .loading
            return HTTPAnswer(
                status: isServing ? 200 : 503, body: Array("\(state.rawValue)\n".utf8), content: .text,
                isTemporary: !isServing)
        } catch {
            return HTTPAnswer(status: 503, body: Array("away\n".utf8), content: .text, isTemporary: true)
        }
    }
}
