// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

extension KernelContract {
    static let elements: [KernelContract] = [
        .onExample("what was added is dumped and looked up") { kernel in
            let list = Example.slots(0..<300)
            try kernel.commit(Transaction([.add(list), .add(Example.few(5))]))
            try equal(try Example.present(kernel), Array(0..<300), "the slots")
            try equal(try kernel.lookup(list.keys, dataLength: 4), list, "the lookup")
            try equal(try kernel.dump(Example.few().form), Example.few(5), "the other set")
        },
        .onExample("a lookup leaves out what is not there and keeps the order") { kernel in
            try kernel.commit(Transaction([.add(Example.slots(10..<12)), .add(Example.slots(20..<21))]))
            var asked = Example.slots(20..<21).keys
            asked.append(contentsOf: Example.slots(9..<14).keys)
            var expected = Example.slots(20..<21)
            expected.append(contentsOf: Example.slots(10..<12))
            try equal(try kernel.lookup(asked, dataLength: 4), expected, "the lookup")
            try equal(try kernel.lookup(Example.slots(0..<5).keys, dataLength: 4).count, 0, "none of them")
            try equal(try kernel.lookup(Example.slots(0..<0).keys, dataLength: 4).count, 0, "nothing asked")
        },
        .onExample("what was deleted is gone") { kernel in
            try kernel.commit(Transaction([.add(Example.slots(0..<10))]))
            try kernel.commit(Transaction([.delete(Example.slots(2..<9).keys)]))
            try equal(try Example.present(kernel), [0, 1, 9], "the slots")
        },
        .onExample("an element that is there with the same data may be added again") { kernel in
            try kernel.commit(Transaction([.add(Example.slots(0..<10))]))
            try kernel.commit(Transaction([.add(Example.slots(5..<15))]))
            try equal(try Example.present(kernel), Array(0..<15), "the slots")
        },
        .onExample("other data for a key: delete and add in one transaction") { kernel in
            try kernel.commit(Transaction([.add(Example.slots(0..<10))]))
            let other = Example.slots(3..<6, mark: 0)
            try kernel.commit(Transaction([.delete(other.keys), .add(other)]))
            try equal(try kernel.lookup(other.keys, dataLength: 4), other, "the new data")
            try equal(try Example.present(kernel), Array(0..<10), "the slots")
        },
        .onExample("a deletion makes room in a full set within its transaction") { kernel in
            try kernel.commit(Transaction([.add(Example.few(1, 2))]))
            try kernel.commit(Transaction([.delete(Example.few(1)), .add(Example.few(3))]))
            try equal(try kernel.lookup(Example.few(1, 2, 3), dataLength: 0), Example.few(2, 3), "the set")
        },
        .onExample("a transaction raises the generation, reading and an empty one do not") { kernel in
            let before = try kernel.generation()
            _ = try kernel.inventory()
            _ = try Example.present(kernel)
            _ = try kernel.lookup(Example.slots(0..<3).keys, dataLength: 4)
            try kernel.commit(Transaction())
            try equal(try kernel.generation(), before, "the generation")
            try kernel.commit(Transaction([.add(Example.slots(0..<1))]))
            if try kernel.generation() <= before { throw ContractBreach(description: "the generation stands still") }
        },
        .onExample("elements of data maps are not in the inventory") { kernel in
            let before = try kernel.inventory()
            try kernel.commit(Transaction([.add(Example.slots(0..<3)), .add(Example.few(1))]))
            try equal(try kernel.inventory(), before, "the inventory")
        },
    ]
}
