// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// Taking away.
enum Collection {
    /// Appends to `script` what takes away everything that is not in `wanted`; answers what is installed then.
    static func collect(
        _ wanted: Ruleset, from installed: KernelInventory, _ script: inout SkeletonScript
    ) -> KernelInventory {
        var after = installed
        for (family, table) in installed.tables.sorted(by: { $0.key < $1.key }) {
            guard let keep = wanted.tables[family] else {
                script.operations.append(.deleteTable(family))
                after.tables[family] = nil
                continue
            }
            after.tables[family] = collect(keep, from: table, family, &script)
        }
        return after
    }

    private static func collect(
        _ wanted: Ruleset.Table, from installed: KernelInventory.Table, _ family: TableFamily,
        _ script: inout SkeletonScript
    ) -> KernelInventory.Table {
        var after = installed
        // Rules of features that nobody uses any more.
        for chain in wanted.chains.values.sorted(by: { $0.name < $1.name }) {
            guard let present = installed.chains[chain.name], present != chain.digest else { continue }
            script.operations.append(.flushChain(family, chain.name))
            script.operations += chain.rules.map { .addRule(family, chain: chain.name, $0) }
            after.chains[chain.name] = chain.digest
        }
        var released: Set<String> = []
        for (map, elements) in installed.verdicts.sorted(by: { $0.key < $1.key }) where !elements.isEmpty {
            guard wanted.sets[map] != nil else {
                // The map goes below. If it is another program's, nobody knows what its keys are.
                script.operations.append(.flushMap(family, map))
                after.verdicts[map] = [:]
                released.formUnion(elements.values.compactMap(\.chain))
                continue
            }
            for (key, verdict) in elements.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                let number = ElementBytes.number(key)
                guard wanted.sets[map]?.verdicts[number] == nil else { continue }
                script.operations.append(.deleteVerdict(family, map: map, key: number))
                after.verdicts[map]?[key] = nil
                if let chain = verdict.chain { released.insert(chain) }
            }
        }
        let surplus = installed.chains.keys.filter { wanted.chains[$0] == nil }.sorted()
        for name in surplus { script.operations.append(.flushChain(family, name)) }
        for name in surplus where released.contains(name) { after.chains[name] = 0 }
        for name in surplus where !released.contains(name) {
            script.operations.append(.deleteChain(family, name))
            after.chains[name] = nil
        }
        for flows in installed.flowTables.values.sorted(by: { $0.name < $1.name }) {
            guard let keep = wanted.flowTables[flows.name] else {
                script.operations.append(.deleteFlowTable(family, flows.name))
                after.flowTables[flows.name] = nil
                continue
            }
            var fewer = flows
            fewer.devices.formIntersection(keep.devices)
            guard fewer != flows else { continue }
            let chains = wanted.chains.values.filter { $0.flowTables.contains(flows.name) }
            script.operations += fewer.replacement(in: family, chains)
            after.flowTables[flows.name] = fewer
        }
        for name in installed.helpers.subtracting(wanted.helpers.map(\.name)).sorted() {
            script.operations.append(.deleteHelper(family, name))
            after.helpers.remove(name)
        }
        for name in installed.sets.keys.sorted() where wanted.sets[name] == nil {
            script.operations.append(.deleteSet(family, name))
            after.sets[name] = nil
            after.forms[name] = nil
            after.verdicts[name] = nil
        }
        return after
    }
}
