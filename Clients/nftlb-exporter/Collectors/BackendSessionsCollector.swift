// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// How many clients the backends of farms with persistence are known to.
struct BackendSessionsCollector: Collector {
    let needs: Needs = [.farms, .sessions]

    private static let family = MetricFamily(
        "nftlb_backend_sessions", .gauge,
        "Clients that a backend is known to, static and learnt; of farms with persistence, unless there are too many.")

    func collect(_ reading: Reading, into output: inout Exposition) {
        output.begin(Self.family)
        for farm in reading.farms {
            for backend in farm.backends {
                if let sessions = backend.row.sessions { output.sample(sessions, backend.labels) }
            }
        }
    }
}
