// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension Ruleset {
    /// What is there after a transaction.
    public func applying(_ transaction: Transaction) throws(KernelFailure) -> Ruleset {
        var copy = self
        try copy.apply(transaction)
        return copy
    }

    /// Applies a transaction: all of it, or nothing and the first refusal. Costs what the transaction has.
    public mutating func apply(_ transaction: Transaction) throws(KernelFailure) {
        var undo: [(set: SetReference, key: [UInt8], data: [UInt8]?)] = []
        do {
            for step in transaction.steps {
                try apply(step, undo: &undo)
            }
        } catch {
            for entry in undo.reversed() {
                tables[entry.set.family]?.sets[entry.set.name]?.elements[entry.key] = entry.data
            }
            throw error
        }
    }

    private mutating func apply(
        _ step: Transaction.Step, undo: inout [(set: SetReference, key: [UInt8], data: [UInt8]?)]
    ) throws(KernelFailure) {
        let list = step.list
        let reference = list.set
        guard let declaration = self[reference]?.declaration else {
            throw .refused(KernelError.missing, "\(reference)", culprit: ElementCulprit(set: reference, key: []))
        }
        let dataLength = step.isDeletion ? 0 : declaration.dataLength
        guard list.keyLength == declaration.keyLength, list.dataLength == dataLength, declaration.data != .verdict
        else {
            throw .refused(KernelError.invalid, "\(reference)", culprit: ElementCulprit(set: reference, key: []))
        }
        for index in 0..<list.count {
            let key = Array(list.key(at: index))
            let old = tables[reference.family]?.sets[reference.name]?.elements[key]
            let culprit = ElementCulprit(set: reference, key: key)
            switch step {
            case .delete:
                guard old != nil else { throw .refused(KernelError.missing, "\(reference)", culprit: culprit) }
                tables[reference.family]?.sets[reference.name]?.elements[key] = nil
            case .add:
                let data = Array(list.data(at: index))
                // An element that is there with the same data is no error; with other data it is.
                guard old == nil || old == data else {
                    throw .refused(KernelError.exists, "\(reference)", culprit: culprit)
                }
                if old == nil, self[reference]?.elements.count == declaration.size {
                    throw .refused(KernelError.full, "\(reference)", culprit: culprit)
                }
                tables[reference.family]?.sets[reference.name]?.elements[key] = data
            }
            undo.append((reference, key, old))
        }
    }

    /// The elements that turn this ruleset's data into another's, where both have the set. What rules make themselves is
    /// never mentioned.
    public func difference(to other: Ruleset) -> Transaction {
        var result = Transaction()
        for (family, table) in other.tables {
            for (name, wanted) in table.sets where !wanted.declaration.isDynamic {
                let declaration = wanted.declaration
                let present = tables[family]?.sets[name]?.elements ?? [:]
                var surplus = declaration.list(in: family, withData: false)
                var missing = declaration.list(in: family)
                for (key, data) in present.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) })
                where wanted.elements[key] != data {
                    surplus.append(key: key)
                }
                for (key, data) in wanted.elements.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) })
                where present[key] != data {
                    missing.append(key: key, data: data)
                }
                result.append(.delete(surplus))
                result.append(.add(missing))
            }
        }
        return result.normalized
    }
}
