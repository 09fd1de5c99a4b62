// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

extension ServiceExactness {
    func sentence(_ farm: Name) -> String {
        switch self {
        case .port: "the farm \(farm) has the address and the port"
        case .range: "the farm \(farm) has the address and a range of ports"
        case .transport: "the farm \(farm) has all ports of the address"
        case .address: "the farm \(farm) has all of the address"
        case .anyAddress: "the farm \(farm) has the port of any address, if this one is the balancer's"
        }
    }
}

extension FlowChoice.Cause {
    var sentence: String {
        switch self {
        case .proxy: "a program on the balancer takes the connection and chooses"
        case .session: "the client is known"
        case .hash(let fields, let slot, let slots):
            "the hash of \(fields.map(\.rawValue).joined(separator: ", ")) is slot \(slot) of \(slots)"
        case .unknownHash(let fields):
            "the hash of \(fields.map(\.rawValue).joined(separator: ", ")) needs hardware addresses, which are not known here"
        case .symmetricHash: "the kernel hashes the flow with a seed of its own"
        case .turn: "backends are chosen in turn"
        case .lot: "backends are drawn by lot, in proportion to their weights"
        }
    }
}

extension Farm {
    /// What flow offload does with its flows; nil: it is off.
    var offloadSentence: String? {
        guard options.flowOffload else { return nil }
        if let obstacle = offloadObstacle { return "flow offload has no effect, because of the farm's \(obstacle)" }
        return "once it is answered, its packets bypass the rules and the farm's counters: flow offload"
    }

    /// The limits that first packets have to pass.
    var limits: [FlowExplanation.Limit] {
        let drops = options.verdict.contains(.drop)
        var limits: [FlowExplanation.Limit] = []
        if options.newRateLimit != .none {
            let burst = options.newRateLimitBurst == .none ? "" : ", burst \(options.newRateLimitBurst)"
            limits.append(.init(attribute: "new-rtlimit", value: "\(options.newRateLimit)\(burst)", drops: drops))
        }
        if options.establishedLimit != .none {
            limits.append(.init(attribute: "est-connlimit", value: "\(options.establishedLimit)", drops: drops))
        }
        return limits
    }
}

extension PolicyElements {
    /// Whether one of them covers an address.
    func covers(_ address: IPAddress) -> Bool {
        if self[.address(address)] != nil { return true }
        return coveredRanges.contains { $0.first <= address && address <= $0.last }
    }
}
