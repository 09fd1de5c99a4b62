// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// The elements of all farms, then those of policies, read by key, some whenever nothing else is to do: the slots and the
/// policies after a start with the right stamp, all of them after somebody else has been at our tables. What stands there
/// beside them is left to the next start.
///
/// By key, because a dump of a large map is quadratic (610,000 elements: 5 to 14 s, by key 1.4 to 1.9 s; limits.md A4). Each
/// piece is compared with what the farms are at that moment, so changes may come in between.
final class ElementCheck: Work {
    private let engine: Engine
    private let names: [Name]
    private let isWhole: Bool
    private var next = 0
    private var corrected = 0
    private var policies: [Name]
    /// The place of the next host in the first of these.
    private var nextHost = 0

    private static let piece = 32
    /// Hosts in one piece: some milliseconds.
    private static let hosts = 2048

    /// - Parameter isWhole: also the maps that decide, which a start reads before it is ready.
    init(engine: Engine, names: [Name], isWhole: Bool) {
        self.engine = engine
        self.names = names
        self.isWhole = isWhole
        policies = engine.configuration.policies.names
    }

    func advance() -> WorkProgress {
        guard next < names.count else { return checkPolicy() }
        let end = min(next + Self.piece, names.count)
        var wanted = ElementBins()
        for name in names[next..<end] { engine.farms[name]?.compiled?.append(to: &wanted) }
        next = end
        if next == names.count {
            engine.wideAddresses.append(to: &wanted)
            for installed in engine.guardedAddresses.values {
                if let compiled = installed.compiled { wanted.append(compiled) }
            }
        }
        return check(wanted.lists)
    }

    /// Looks at some hosts of a policy; at the last of them, and its ranges.
    private func checkPolicy() -> WorkProgress {
        guard let name = policies.last else { return finish() }
        guard let policy = engine.configuration.policies[name],
            let number = engine.sharedNumbers[.policy(policy)].map({ UInt32(truncatingIfNeeded: $0) })
        else {
            policies.removeLast()
            return .more
        }
        var wanted = ElementBins()
        let isAtIngress = engine.skeleton.ingressPolicies.contains(
            IngressPolicy(number: number, family: policy.family))
        let tables = isAtIngress ? [false, true] : [false]
        let end = min(nextHost + Self.hosts, policy.elements.hostCount)
        if end < policy.elements.hostCount {
            for isAtIngress in tables {
                wanted.append(policy, number: number, hosts: nextHost..<end, isAtIngress: isAtIngress)
            }
            nextHost = end
        } else {
            for isAtIngress in tables {
                wanted.append(
                    policy, number: number, hosts: min(nextHost, end)..<end, isAtIngress: isAtIngress)
                wanted.append(rangesOf: policy, number: number, isAtIngress: isAtIngress)
            }
            policies.removeLast()
            nextHost = 0
        }
        return check(wanted.lists)
    }

    private func check(_ lists: [ElementList]) -> WorkProgress {
        let maps = Set(engine.skeleton.dataMaps.lazy.filter { self.isWhole || !$0.isDecisive }.map(\.set))
        do throws(KernelFailure) {
            for list in lists where maps.contains(list.set) {
                let found = try engine.kernel.lookup(list.keys, dataLength: list.dataLength)
                if found.count == list.count, found == list { continue }
                let correction = Correction(
                    [ElementComparison(installed: found, wanted: list)], limit: engine.transactionLimit)
                for transaction in correction.transactions {
                    // No look around from here: it would begin anew for as long as somebody else goes on.
                    try engine.commitRepairing(transaction, looksAround: false)
                }
                corrected += correction.elementCount
            }
        } catch {
            engine.leftBehind(error)
            return finish()
        }
        return .more
    }

    private func finish() -> WorkProgress {
        if corrected > 0 { engine.observer?.notice(.repaired(elements: corrected, objects: 0)) }
        return .finished
    }
}

extension Engine {
    /// Looks at the slots of these farms in the background, or at all that they have.
    func beginElementCheck(_ names: [Name], isWhole: Bool) {
        if !names.isEmpty || !configuration.policies.isEmpty {
            beginBackground(ElementCheck(engine: self, names: names, isWhole: isWhole))
        }
    }
}
