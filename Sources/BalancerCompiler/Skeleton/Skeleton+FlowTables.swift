// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import Nftables

extension Skeleton {
    /// Puts empty flow tables into the place of those that are installed: the flows that were in them meet the rules again, and
    /// those that are still to be sent on past them come back with their next packet (Linux 6.1).
    public func renewalOfFlowTables(in installed: KernelInventory) -> SkeletonScript {
        let features = keepingFeatures(of: installed).features
        var script = SkeletonScript()
        for (family, table) in installed.tables.sorted(by: { $0.key < $1.key }) {
            guard let flows = table.flowTables[Forwarding.flows.name], let features = features[family] else { continue }
            let chains = Forwarding.chains(family, features).filter {
                table.chains[$0.name] == $0.digest && $0.flowTables.contains(flows.name)
            }
            script.operations += flows.replacement(in: family, chains)
        }
        return script
    }
}

extension FlowTable {
    /// What puts it into the place of the one of its name.
    ///
    /// - Parameter chains: with the rules that name it.
    func replacement(in family: TableFamily, _ chains: [Chain]) -> [SkeletonOperation] {
        var operations: [SkeletonOperation] = chains.map { .flushChain(family, $0.name) }
        operations += [.deleteFlowTable(family, name), .addFlowTable(family, self)]
        if !devices.isEmpty { operations.append(.addDevices(family, self)) }
        for chain in chains { operations += chain.rules.map { .addRule(family, chain: chain.name, $0) } }
        return operations
    }
}
