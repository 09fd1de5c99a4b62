// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension Ruleset {
    /// What is there after a script.
    public func applying(_ script: SkeletonScript) throws(KernelFailure) -> Ruleset {
        var copy = self
        for operation in script.operations { try copy.apply(operation) }
        return copy
    }

    /// Applies a script: all of it, or nothing and the first refusal.
    public mutating func apply(_ script: SkeletonScript) throws(KernelFailure) {
        self = try applying(script)
    }

    private mutating func apply(_ operation: SkeletonOperation) throws(KernelFailure) {
        let family = operation.family
        if case .addTable(_, let comment) = operation {
            guard tables[family] == nil else { throw .refused(KernelError.exists, operation.text) }
            tables[family] = Table(comment: comment)
            return
        }
        guard var table = tables.removeValue(forKey: family) else {
            throw .refused(KernelError.missing, operation.text)
        }
        if case .deleteTable = operation { return }
        try table.apply(operation)
        tables[family] = table
    }
}

extension Ruleset.Table {
    mutating func apply(_ operation: SkeletonOperation) throws(KernelFailure) {
        let text = operation.text
        switch operation {
        case .addTable, .deleteTable: break
        case .wakeTable: isDormant = false
        case .addHelper(_, let helper): helpers.insert(helper)
        case .deleteHelper(_, let name):
            guard let helper = helpers.first(where: { $0.name == name }) else {
                throw .refused(KernelError.missing, text)
            }
            guard !chains.values.contains(where: { $0.helpers.contains(helper) }) else {
                throw .refused(KernelError.inUse, text)
            }
            helpers.remove(helper)
        case .addFlowTable, .addDevices, .deleteFlowTable: try applyToFlowTables(operation)
        case .addSet(_, let declaration): try add(declaration, text)
        case .deleteSet(_, let name):
            guard sets[name] != nil else { throw .refused(KernelError.missing, text) }
            guard !isUsed(set: name) else { throw .refused(KernelError.inUse, text) }
            sets[name] = nil
        case .addChain(_, let chain): try add(chain, text)
        case .deleteChain(_, let name):
            guard chains[name] != nil else { throw .refused(KernelError.missing, text) }
            guard !isUsed(chain: name) else { throw .refused(KernelError.inUse, text) }
            chains[name] = nil
        case .flushChain(_, let name):
            guard chains[name] != nil else { throw .refused(KernelError.missing, text) }
            chains[name]?.rules = []
        case .addRule(_, let chain, let rule): try add(rule, to: chain, text)
        case .addVerdict(_, let map, let key, let verdict): try add(verdict, key, to: map, text)
        case .deleteVerdict(_, let map, let key):
            guard sets[map]?.verdicts.removeValue(forKey: key) != nil else { throw .refused(KernelError.missing, text) }
        case .flushMap(_, let name):
            guard let present = sets[name] else { throw .refused(KernelError.missing, text) }
            sets[name] = Ruleset.SetContents(present.declaration)
        }
    }

    private mutating func add(_ declaration: SetDeclaration, _ text: String) throws(KernelFailure) {
        if let present = sets[declaration.name] {
            guard present.declaration == declaration else { throw .refused(KernelError.exists, text) }
            return
        }
        sets[declaration.name] = Ruleset.SetContents(declaration)
    }

    private mutating func add(_ chain: Chain, _ text: String) throws(KernelFailure) {
        if let present = chains[chain.name] {
            guard present.base == chain.base else { throw .refused(KernelError.exists, text) }
            return
        }
        chains[chain.name] = chain.declaration
    }

    private mutating func add(_ rule: Rule, to chain: String, _ text: String) throws(KernelFailure) {
        guard chains[chain] != nil else { throw .refused(KernelError.missing, text) }
        for statement in rule.statements {
            for set in statement.sets where sets[set] == nil { throw .refused(KernelError.missing, text) }
            if case .setHelper(let helper) = statement, !helpers.contains(helper) {
                throw .refused(KernelError.missing, text)
            }
            if case .offload(let table) = statement, flowTables[table] == nil {
                throw .refused(KernelError.missing, text)
            }
            if case .verdict(let verdict) = statement, let callee = verdict.chain, chains[callee] == nil {
                throw .refused(KernelError.missing, text)
            }
        }
        chains[chain]?.rules.append(rule)
    }

    private mutating func add(_ verdict: Verdict, _ key: UInt32, to map: String, _ text: String) throws(KernelFailure) {
        guard let contents = sets[map] else { throw .refused(KernelError.missing, text) }
        guard contents.declaration.data == .verdict else { throw .refused(KernelError.invalid, text) }
        if let callee = verdict.chain, chains[callee] == nil { throw .refused(KernelError.missing, text) }
        if let present = contents.verdicts[key], present != verdict { throw .refused(KernelError.exists, text) }
        sets[map]?.verdicts[key] = verdict
    }

    private func isUsed(set name: String) -> Bool {
        chains.values.contains { $0.rules.contains { $0.statements.contains { $0.sets.contains(name) } } }
    }

    private func isUsed(chain name: String) -> Bool {
        chains.values.contains { $0.callees.contains(name) }
            || sets.values.contains { $0.verdicts.values.contains { $0.chain == name } }
    }
}
