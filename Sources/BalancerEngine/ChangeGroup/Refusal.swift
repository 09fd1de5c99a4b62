// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// Why a group did not go through.
enum Refusal: Error {
    /// Known before anything was sent.
    case request(BalancerError)
    /// The kernel or the helper said no; about which object, when that is known.
    case kernel(KernelFailure, path: ObjectPath?)
    /// The store said no.
    case storage(StoreFailure)
    /// A test said no.
    case failPoint(FailPoint)

    /// Whether another request of the group may go through alone.
    var mayConcernOneOnly: Bool {
        switch self {
        case .request, .kernel: true
        case .storage, .failPoint: false
        }
    }

    /// What the client is told.
    var error: BalancerError {
        switch self {
        case .request(let error): return error
        case .storage(let failure): return BalancerError(.storage, "the change could not be stored: \(failure.message)")
        case .failPoint(let point): return BalancerError(.busy, "failed on purpose at \(point.rawValue)")
        case .kernel(let failure, let path):
            switch failure.kind {
            // errno(3): ENFILE is what a full set answers, ENOSPC a full interval set.
            case .refused(errno: 23), .refused(errno: 28):
                return BalancerError(.limit, at: path, "a map of the kernel is full", hint: mapSizes)
            case .unsupported(let feature):
                let place = feature.attribute.flatMap { path?.appending($0) } ?? path
                return BalancerError(.unsupported, at: place, "this kernel cannot do it: \(feature.rawValue)")
            case .refused, .helper, .unreadable:
                return BalancerError(.refusedByKernel, at: path, failure.description)
            }
        }
    }
}

extension KernelFeature {
    /// The attribute of a farm that alone asks for it; nil: others do, too.
    fileprivate var attribute: String? {
        switch self {
        case .queue: "queue"
        case .flowOffload: "flow-offload"
        case .helpers: "helper"
        case .fib, .hash, .numgen, .masquerade, .log, .limit, .connectionLimit, .forwarding, .natChains, .nat,
            .ip6Tables,
            .netdevTables:
            nil
        }
    }
}
