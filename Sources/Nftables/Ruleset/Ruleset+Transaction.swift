// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension Ruleset {
    /// What is there after a transaction.
    public func applying(_ transaction: Transaction) throws(KernelFailure) -> Ruleset {
        var copy = self
        try copy.apply(transaction)
        return copy
    }

    /// What is there after counters have taken the place of others.
    public func replacing(_ keys: ElementList, with counters: CountedElements) throws(KernelFailure) -> Ruleset {
        let list = counters.elements
        var copy = try applying(Transaction([.delete(keys), .add(list)]))
        for (index, count) in counters.counts.enumerated() {
            copy.tables[list.set.family]?.sets[list.set.name]?.counts[Array(list.key(at: index))] = count
        }
        return copy
    }

    /// Applies a transaction: all of it, or nothing and the first refusal. Costs what the transaction has.
    public mutating func apply(_ transaction: Transaction) throws(KernelFailure) {
        var undo: [Undo] = []
        do {
            for step in transaction.steps {
                try apply(step, undo: &undo)
            }
        } catch {
            for entry in undo.reversed() { tables[entry.set.family]?.sets[entry.set.name]?.put(back: entry) }
            throw error
        }
    }

    /// What stood under a key.
    fileprivate struct Undo {
        var set: SetReference
        var key: [UInt8]
        var data: [UInt8]?
        var lifetime: Lifetime?
        var count: PacketCount?
    }

    private mutating func apply(_ step: Transaction.Step, undo: inout [Undo]) throws(KernelFailure) {
        let list = step.list
        let reference = list.set
        guard let declaration = self[reference]?.declaration else {
            throw .refused(KernelError.missing, "\(reference)", culprit: ElementCulprit(set: reference, key: []))
        }
        let dataLength = step.isDeletion ? 0 : declaration.dataLength
        guard list.keyLength == declaration.keyLength, list.dataLength == dataLength, declaration.data != .verdict,
            step.lifetimes == nil || declaration.lifetime != nil
        else {
            throw .refused(KernelError.invalid, "\(reference)", culprit: ElementCulprit(set: reference, key: []))
        }
        for index in 0..<list.count {
            let key = Array(list.key(at: index))
            do throws(Refusal) {
                let entry =
                    if step.isDeletion {
                        try tables[reference.family]!.sets[reference.name]!.delete(key, reference)
                    } else {
                        try tables[reference.family]!.sets[reference.name]!.add(
                            key, Array(list.data(at: index)), step.lifetimes?[index], reference)
                    }
                undo.append(entry)
            } catch {
                throw .refused(error.number, "\(reference)", culprit: ElementCulprit(set: reference, key: key))
            }
        }
    }

    fileprivate struct Refusal: Error { var number: Int32 }

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

extension Ruleset.SetContents {
    fileprivate mutating func delete(
        _ key: [UInt8], _ set: SetReference
    ) throws(Ruleset.Refusal) -> Ruleset.Undo {
        guard let present = present(key) else { throw Ruleset.Refusal(number: KernelError.missing) }
        return Ruleset.Undo(
            set: set, key: present, data: elements.removeValue(forKey: present),
            lifetime: lifetimes.removeValue(forKey: present), count: counts.removeValue(forKey: present))
    }

    fileprivate mutating func add(
        _ key: [UInt8], _ data: [UInt8], _ lifetime: Lifetime?, _ set: SetReference
    ) throws(Ruleset.Refusal) -> Ruleset.Undo {
        let undo = Ruleset.Undo(
            set: set, key: key, data: elements[key], lifetime: lifetimes[key], count: counts[key])
        if let present = present(key) {
            // An element that is there with the same data is no error; with other data, or other ends, it is.
            guard present == key, elements[key] == data else { throw Ruleset.Refusal(number: KernelError.exists) }
            return undo
        }
        guard !overlaps(key) else { throw Ruleset.Refusal(number: KernelError.exists) }
        guard elements.count < declaration.size ?? .max else { throw Ruleset.Refusal(number: KernelError.full) }
        elements[key] = data
        lifetimes[key] = lifetime
        return undo
    }

    fileprivate mutating func put(back entry: Ruleset.Undo) {
        elements[entry.key] = entry.data
        lifetimes[entry.key] = entry.lifetime
        counts[entry.key] = entry.count
    }
}
