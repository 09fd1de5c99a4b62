// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

extension KernelContract {
    static let intervals: [KernelContract] = [
        .onExample("intervals that were added are dumped and looked up") { kernel in
            let list = Example.ranges(53...53, 8000...8999, 9000...9000)
            try kernel.commit(Transaction([.add(list)]))
            try equal(try Example.presentRanges(kernel), list, "the ranges")
            try equal(try kernel.lookup(list.keys, dataLength: 4), list, "the lookup")
            try equal(try kernel.lookup(list.keys, dataLength: 0), list.keys, "the keys")
        },
        .onExample("an interval is found by both its ends, not by a part of it or a larger one") { kernel in
            try kernel.commit(Transaction([.add(Example.ranges(53...53, 8000...8999))]))
            let asked = Example.ranges(
                8000...8998, 8500...8500, 8000...9000, 53...54, 8000...8999, 7000...9000, 53...53)
            try equal(
                try kernel.lookup(asked.keys, dataLength: 4), Example.ranges(8000...8999, 53...53), "the lookup")
        },
        .onExample("an interval that was deleted is gone") { kernel in
            try kernel.commit(Transaction([.add(Example.ranges(53...53, 8000...8999, 9000...9099))]))
            try kernel.commit(Transaction([.delete(Example.ranges(8000...8999).keys)]))
            try equal(try Example.presentRanges(kernel), Example.ranges(53...53, 9000...9099), "the ranges")
            try equal(
                try refusal(KernelError.missing, of: [.delete(Example.ranges(8000...8999).keys)], by: kernel),
                culprit(Example.ranges(8000...8999)), "the culprit")
        },
        .onExample("an interval that is there with the same ends and data may be added again") { kernel in
            try kernel.commit(Transaction([.add(Example.ranges(8000...8999))]))
            try kernel.commit(Transaction([.add(Example.ranges(8000...8999, 53...53))]))
            try equal(try Example.presentRanges(kernel), Example.ranges(53...53, 8000...8999), "the ranges")
        },
        // Linux 6.1 takes some of them: the model refuses overlaps before.
        .onExample("an interval of which one end lies in another is refused: EEXIST, with both ends", isYoung: true) {
            kernel in
            try kernel.commit(Transaction([.add(Example.ranges(8000...8999))]))
            let others: [ClosedRange<UInt16>] = [
                8000...8998, 8000...9001, 8500...8600, 8999...9999, 7000...8000, 8500...8500,
            ]
            for other in others {
                let list = Example.ranges(other)
                try equal(
                    try refusal(KernelError.exists, of: [.add(Example.ranges(53...53)), .add(list)], by: kernel),
                    culprit(list), "the culprit")
            }
            try equal(
                try refusal(KernelError.exists, of: [.add(Example.ranges(8000...8999, value: 2))], by: kernel),
                culprit(Example.ranges(8000...8999)), "the culprit of other data")
        },
        .onExample("an interval around others is taken: who makes them must see that they do not overlap") { kernel in
            try kernel.commit(Transaction([.add(Example.ranges(8000...8999))]))
            try kernel.commit(Transaction([.add(Example.ranges(7000...9999))]))
            try equal(try Example.presentRanges(kernel), Example.ranges(7000...9999, 8000...8999), "the ranges")
        },
        .onExample("intervals replace each other in one transaction") { kernel in
            try kernel.commit(Transaction([.add(Example.ranges(8000...8999))]))
            let next = Example.ranges(7500...8499, 8500...9000)
            try kernel.commit(Transaction([.delete(Example.ranges(8000...8999).keys), .add(next)]))
            try equal(try Example.presentRanges(kernel), next, "the ranges")
        },
        .onExample("a deletion takes the interval that covers its first key: never delete what may not be there") {
            kernel in
            try kernel.commit(Transaction([.add(Example.ranges(53...53, 8000...8999))]))
            try kernel.commit(Transaction([.delete(Example.ranges(8500...9999).keys)]))
            try equal(try Example.presentRanges(kernel), Example.ranges(53...53), "the ranges")
            try equal(
                try refusal(KernelError.missing, of: [.delete(Example.ranges(50...60).keys)], by: kernel),
                culprit(Example.ranges(50...60)), "the culprit")
        },
        .onExample("a full set of intervals: ENFILE, with the first one too many") { kernel in
            try kernel.commit(Transaction([.add(Example.ranges(1...2, 3...3, 4...9))]))
            try equal(
                try refusal(KernelError.full, of: [.add(Example.ranges(10...20, 30...40))], by: kernel),
                culprit(Example.ranges(30...40)), "the culprit")
        },
    ]
}
