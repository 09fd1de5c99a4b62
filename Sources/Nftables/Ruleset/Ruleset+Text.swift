// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension Ruleset {
    /// All of it as an nft script that loads: tables, sets, chains, rules, verdicts, elements, in a fixed order.
    public func text() -> String {
        script().text() + contents().text { self[$0]?.declaration }
    }

    /// What makes the skeleton: everything but the elements of data maps.
    public func script() -> SkeletonScript {
        var operations: [SkeletonOperation] = []
        for (family, table) in tables.sorted(by: { $0.key < $1.key }) {
            operations.append(.addTable(family, comment: table.comment))
            let sets = table.sets.values.sorted { $0.declaration.name < $1.declaration.name }
            let chains = table.chains.values.sorted { $0.name < $1.name }
            operations += table.helpers.sorted { $0.name < $1.name }.map { .addHelper(family, $0) }
            for flows in table.flowTables.values.sorted(by: { $0.name < $1.name }) {
                operations.append(.addFlowTable(family, flows))
                if !flows.devices.isEmpty { operations.append(.addDevices(family, flows)) }
            }
            operations += sets.map { .addSet(family, $0.declaration) }
            operations += chains.map { .addChain(family, $0.declaration) }
            for chain in chains { operations += chain.rules.map { .addRule(family, chain: chain.name, $0) } }
            for set in sets {
                for (key, verdict) in set.verdicts.sorted(by: { $0.key < $1.key }) {
                    operations.append(.addVerdict(family, map: set.declaration.name, key: key, verdict))
                }
            }
        }
        return SkeletonScript(operations)
    }

    /// The elements of all data maps and sets, as one transaction.
    public func contents() -> Transaction {
        var result = Transaction()
        for (family, table) in tables {
            for name in table.sets.keys {
                guard let list = elements(of: SetReference(family: family, name: name)) else { continue }
                result.append(.add(list))
            }
        }
        return result.normalized
    }
}
