// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

extension KernelContract {
    /// Runs a transaction that must be refused, and sees that nothing of it happened.
    static func refusal(
        _ errno: Int32, of steps: [Transaction.Step], by kernel: any ContractKernel
    ) throws -> ElementCulprit? {
        let before = (try kernel.generation(), try Example.present(kernel), try kernel.inventory())
        let failure = try refused(errno) { try kernel.commit(Transaction(steps)) }
        try equal(try kernel.generation(), before.0, "the generation after a refusal")
        try equal(try Example.present(kernel), before.1, "the slots after a refusal")
        try equal(try kernel.inventory(), before.2, "the skeleton after a refusal")
        if failure.message.isEmpty { throw ContractBreach(description: "a refusal without words") }
        return failure.culprit
    }

    static func culprit(_ list: ElementList) -> ElementCulprit {
        ElementCulprit(set: list.set, key: list.isEmpty ? [] : Array(list.key(at: 0)))
    }

    static let refusals: [KernelContract] = [
        .onExample("other data for a key that is there: EEXIST, with the key, and nothing happened") { kernel in
            try kernel.commit(Transaction([.add(Example.slots(50..<51))]))
            let steps: [Transaction.Step] = [.add(Example.few(1)), .add(Example.slots(0..<100, mark: 0))]
            try equal(
                try refusal(KernelError.exists, of: steps, by: kernel), culprit(Example.slots(50..<51)), "the culprit")
            try equal(try kernel.lookup(Example.few(1), dataLength: 0).count, 0, "the other set")
        },
        .onExample("deleting what is not there: ENOENT, with the key, and nothing happened") { kernel in
            try kernel.commit(Transaction([.add(Example.slots(0..<5))]))
            let steps: [Transaction.Step] = [.delete(Example.slots(3..<8).keys), .add(Example.slots(9..<10))]
            try equal(
                try refusal(KernelError.missing, of: steps, by: kernel), culprit(Example.slots(5..<6)), "the culprit")
        },
        .onExample("deleting one element twice: ENOENT") { kernel in
            try kernel.commit(Transaction([.add(Example.slots(0..<5))]))
            let steps: [Transaction.Step] = [
                .delete(Example.slots(1..<2).keys), .delete(Example.slots(1..<2).keys),
            ]
            try equal(
                try refusal(KernelError.missing, of: steps, by: kernel), culprit(Example.slots(1..<2)), "the culprit")
        },
        .onExample("a full set: ENFILE, with the first key too many") { kernel in
            try kernel.commit(Transaction([.add(Example.few(1))]))
            try equal(
                try refusal(
                    KernelError.full, of: [.add(Example.slots(0..<3)), .add(Example.few(2, 3, 4))], by: kernel),
                culprit(Example.few(3)), "the culprit")
        },
        // Linux 6.1 names the first element, too.
        .onExample("a set that is not there: ENOENT, with the set alone", isYoung: true) { kernel in
            var list = ElementList(set: SetReference(family: .ip, name: "nothing"), keyLength: 4, dataLength: 0)
            list.append(words: 1)
            let expected = ElementCulprit(set: list.set, key: [])
            try equal(try refusal(KernelError.missing, of: [.add(list)], by: kernel), expected, "the culprit of adding")
            try equal(
                try refusal(KernelError.missing, of: [.delete(list)], by: kernel), expected, "the culprit of deleting")
            try refused(KernelError.missing) { _ = try kernel.dump(list.form) }
            try refused(KernelError.missing) { _ = try kernel.lookup(list, dataLength: 0) }
        },
        .onExample("a table that is not there: ENOENT") { kernel in
            var list = ElementList(set: SetReference(family: .ip6, name: "slots"), keyLength: 8, dataLength: 4)
            list.append(words: 1, 2, 3)
            _ = try refusal(KernelError.missing, of: [.add(list)], by: kernel)
            try refused(KernelError.missing) { _ = try kernel.dump(list.form) }
        },
        .onExample("a key or data of another length: EINVAL") { kernel in
            let slots = Example.slots(0..<0).set
            var short = ElementList(set: slots, keyLength: 4, dataLength: 4)
            short.append(words: 1, 2)
            _ = try refusal(KernelError.invalid, of: [.add(short)], by: kernel)
            var long = ElementList(set: slots, keyLength: 8, dataLength: 8)
            long.append(words: 1, 2, 3, 4)
            _ = try refusal(KernelError.invalid, of: [.add(long)], by: kernel)
            var none = ElementList(set: slots, keyLength: 8, dataLength: 0)
            none.append(words: 1, 2)
            _ = try refusal(KernelError.invalid, of: [.add(none)], by: kernel)
        },
    ]
}
