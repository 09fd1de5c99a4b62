// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

/// Which priority of a farm's backends takes new connections, for each family: the lowest number of which a backend is up.
/// The C program counts failed backends instead and loses itself in gaps.
struct PriorityLevel {
    private var active: [AddressFamily: Priority] = [:]

    init(of farm: Farm) {
        // A proxy does not ask for priorities.
        guard farm.mode != .local else { return }
        for backend in farm.backends where backend.state == .up {
            guard let family = backend.address?.family else { continue }
            active[family] = min(active[family] ?? backend.priority, backend.priority)
        }
    }

    /// What is printed as the priority of the farm: that in use, of the families the better one.
    var level: Int64 { active.values.min()?.number ?? 1 }

    /// The word for what a backend does.
    func state(of backend: Backend) -> String {
        switch backend.state {
        case .up:
            guard let family = backend.address?.family, let best = active[family] else { return "up" }
            return backend.priority > best ? "available" : "up"
        case .down, .off: return backend.state.rawValue
        case .incomplete: return "config_error"
        }
    }
}
