// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

extension Farm {
    /// The priority whose backends of a family take new connections: the lowest number of which a backend is `up`; nil when
    /// none is. Groups are asked in the order of their numbers, whatever lies between them; when a backend of a better
    /// group comes back, that group takes over again.
    ///
    /// It differs on purpose from the C program, which counts failed backends and loses itself in gaps
    /// (nftlb-reference.md 3.4).
    public func activePriority(_ family: AddressFamily) -> Priority? {
        var best: Priority?
        for backend in backends where backend.state == .up && backend.address?.family == family {
            if let known = best, known <= backend.priority { continue }
            best = backend.priority
        }
        return best
    }
}

extension Backend {
    /// What a backend does while `active` is its farm's priority that takes new connections.
    public func duty(active: Priority?) -> BackendDuty {
        switch state {
        case .down, .incomplete: .none
        case .up: priority == active ? .newConnections : .none
        // A group that is not reached has no clients any more: those it had have gone back with the others of the group.
        case .off: active.map { priority <= $0 } ?? true ? .knownClients : .none
        }
    }
}

/// What a backend does.
public enum BackendDuty: Sendable, Hashable {
    /// Takes new connections.
    case newConnections
    /// Takes those of clients it knows.
    case knownClients
    /// Neither.
    case none
}
