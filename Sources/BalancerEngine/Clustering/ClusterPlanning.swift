// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

/// What becomes of the cluster in a group.
struct PlannedCluster {
    /// Nil: there was none.
    var before: CompiledCluster?
    /// Nil: there is none any more.
    var after: CompiledCluster?
}

// What a group does with the cluster: its addresses and the slots of this node are elements, all of one transaction, so that no
// packet sees half of it.
extension GroupPlanner {
    /// Compiles the cluster, if the group is about it or about the network.
    func planCluster() {
        var planned = PlannedCluster(before: engine.cluster, after: nil)
        if plan.delta.clusters.isEmpty {
            guard plan.isRecompilation, let cluster = engine.configuration.cluster else { return }
            planned.after = engine.cluster
            planned.after?.follow(cluster, engine.facts)
        } else {
            planned.after = plan.delta.clusters.lazy.compactMap(\.after).first.map { compile($0, facts: engine.facts) }
        }
        if planned.before != planned.after { plan.cluster = planned }
    }
}

extension Engine {
    /// A group is durable: what it planned for the cluster is what is.
    func adoptCluster(_ plan: GroupPlan) {
        guard let planned = plan.cluster else { return }
        usage.remove(planned.before)
        usage.add(planned.after)
        cluster = planned.after
    }

    /// What a change says of the cluster is followed from now on.
    func noteCluster(_ delta: ConfigurationDelta) {
        guard !delta.clusters.isEmpty else { return }
        network?.farms.cluster = delta.clusters.lazy.compactMap(\.after).first
    }

    /// Says whose client a flow's source is, if its destination is shared.
    ///
    /// - Returns: whether another node serves it, or none.
    func askCluster(_ flow: Flow, _ result: inout FlowExplanation) -> Bool {
        guard let cluster = configuration.cluster,
            cluster.addresses.contains(where: { $0.address == flow.destination })
        else { return false }
        let owners = NodeSpread.owners(cluster.nodes)
        let slot = NodeSpread.slot(of: flow.source)
        guard !owners.isEmpty else {
            result.verdict = .elsewhere
            result.reasons.append(
                "\(flow.destination) is shared by the cluster \(cluster.name), of which no node is up")
            return true
        }
        let node = cluster.nodes[owners[Int(slot)]].name
        result.node = node
        let isOwn = node == cluster.node
        result.reasons.append(
            "\(flow.destination) is shared by the cluster \(cluster.name): \(flow.source), slot \(slot), is "
                + (isOwn ? "a client of this node, \(node)" : "a client of the node \(node), not of this one"))
        if !isOwn { result.verdict = .elsewhere }
        return !isOwn
    }
}
