// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// Adding and rewriting.
enum Installation {
    /// Appends to `script` what makes everything in `wanted` be there; answers what is installed then.
    static func install(
        _ wanted: Ruleset, over installed: KernelInventory, _ script: inout SkeletonScript
    ) -> KernelInventory {
        var after = installed
        for (family, table) in wanted.tables.sorted(by: { $0.key < $1.key }) {
            var present = installed.tables[family]
            if present?.isDormant == true {
                script.operations.append(.wakeTable(family))
                present?.isDormant = false
            }
            if present == nil {
                script.operations.append(.addTable(family, comment: table.comment))
                present = KernelInventory.Table(comment: table.comment)
            }
            after.tables[family] = install(table, over: present ?? .init(), family, &script)
        }
        return after
    }

    private static func install(
        _ wanted: Ruleset.Table, over installed: KernelInventory.Table, _ family: TableFamily,
        _ script: inout SkeletonScript
    ) -> KernelInventory.Table {
        var after = installed
        let chains = wanted.chains.values.sorted { $0.name < $1.name }
        let sets = wanted.sets.values.sorted { $0.declaration.name < $1.declaration.name }

        // A set that is not what it should be can be replaced only while no rule looks into it. Its elements go with it:
        // who runs this fills it again. It happens when somebody else changed it, or a new version declares it otherwise.
        // One of which only the form is known, and that has the right one, stays: with its elements services would go, too.
        var wrong: [Ruleset.SetContents] = []
        for set in sets {
            let declaration = set.declaration
            guard let present = installed.sets[declaration.name], present != declaration.digest else { continue }
            if present == KernelInventory.unrecorded, installed.forms[declaration.name] == SetForm(declaration) {
                after.sets[declaration.name] = declaration.digest
            } else {
                wrong.append(set)
            }
        }
        let wrongFlows = wanted.flowTables.values.filter { flows in
            installed.flowTables[flows.name].map { $0.priority != flows.priority } ?? false
        }
        var rewritten: Set<String> = []
        if !wrong.isEmpty || !wrongFlows.isEmpty {
            for name in installed.chains.keys.sorted() {
                script.operations.append(.flushChain(family, name))
                after.chains[name] = 0
                rewritten.insert(name)
            }
            for set in wrong {
                script.operations.append(.deleteSet(family, set.declaration.name))
                after.sets[set.declaration.name] = nil
                after.forms[set.declaration.name] = nil
                after.verdicts[set.declaration.name] = nil
            }
        }
        for flows in wrongFlows {
            script.operations.append(.deleteFlowTable(family, flows.name))
            after.flowTables[flows.name] = nil
        }
        for flows in wanted.flowTables.values.sorted(by: { $0.name < $1.name }) {
            install(flows, family, &after, &script)
        }
        for helper in wanted.helpers.sorted(by: { $0.name < $1.name }) where !after.helpers.contains(helper.name) {
            script.operations.append(.addHelper(family, helper))
            after.helpers.insert(helper.name)
        }
        for set in sets where after.sets[set.declaration.name] == nil {
            script.operations.append(.addSet(family, set.declaration))
            after.sets[set.declaration.name] = set.declaration.digest
            after.forms[set.declaration.name] = SetForm(set.declaration)
        }

        // All chains before all rules: rules name chains.
        var rules: [Chain] = []
        for chain in chains {
            let digest = chain.digest
            guard let present = installed.chains[chain.name] else {
                script.operations.append(.addChain(family, chain.declaration))
                rules.append(chain)
                after.chains[chain.name] = digest
                continue
            }
            guard present != digest || rewritten.contains(chain.name) else { continue }
            if !rewritten.contains(chain.name) { script.operations.append(.flushChain(family, chain.name)) }
            if chain.base != nil, Chain.declarationDigest(present) != Chain.declarationDigest(digest) {
                script.operations.append(.deleteChain(family, chain.name))
                script.operations.append(.addChain(family, chain.declaration))
            }
            rules.append(chain)
            after.chains[chain.name] = digest
        }
        for chain in rules { script.operations += chain.rules.map { .addRule(family, chain: chain.name, $0) } }
        for set in sets { install(set, family, &after, &script) }
        return after
    }

    private static func install(
        _ flows: FlowTable, _ family: TableFamily, _ after: inout KernelInventory.Table, _ script: inout SkeletonScript
    ) {
        var present = after.flowTables[flows.name]
        if present == nil {
            script.operations.append(.addFlowTable(family, flows))
            present = FlowTable(flows.name, priority: flows.priority)
        }
        let missing = flows.devices.subtracting(present!.devices)
        if !missing.isEmpty {
            script.operations.append(
                .addDevices(family, FlowTable(flows.name, priority: flows.priority, devices: missing)))
            present!.devices.formUnion(missing)
        }
        after.flowTables[flows.name] = present
    }

    private static func install(
        _ set: Ruleset.SetContents, _ family: TableFamily, _ after: inout KernelInventory.Table,
        _ script: inout SkeletonScript
    ) {
        let map = set.declaration.name
        for (key, verdict) in set.verdicts.sorted(by: { $0.key < $1.key }) {
            let bytes = ElementBytes.bytes(key)
            let present = after.verdicts[map]?[bytes]
            guard present != InstalledVerdict(verdict) else { continue }
            if present != nil { script.operations.append(.deleteVerdict(family, map: map, key: key)) }
            script.operations.append(.addVerdict(family, map: map, key: key, verdict))
            after.verdicts[map, default: [:]][bytes] = InstalledVerdict(verdict)
        }
    }
}
