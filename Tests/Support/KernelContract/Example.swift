// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// The small skeleton on which the contract is tried.
enum Example {
    static let slots = SetDeclaration(
        "slots", key: .expressions([.meta(.priority), .generated(.increasing, modulus: 65536)]),
        data: .expression(.connection(.mark)), size: 1024)
    static let few = SetDeclaration("few", key: .types([.mark]), size: 2)
    static let jumps = SetDeclaration("jumps", key: .expressions([.meta(.mark)]), data: .verdict, size: 64)
    static let target = Chain("target", comment: "where jumps lead", rules: [Rule(.verdict(.accept))])
    static let entry = Chain(
        "entry", base: BaseChain(kind: .filter, hook: .prerouting, priority: -150),
        rules: [Rule(.verdictMap(.meta(.mark), map: "jumps"))])

    static let owner = "00112233445566778899aabbccddeeff"

    static let script = SkeletonScript([
        .addTable(.ip, comment: owner),
        .addSet(.ip, slots), .addSet(.ip, few), .addSet(.ip, jumps),
        .addChain(.ip, target), .addRule(.ip, chain: "target", target.rules[0]),
        .addChain(.ip, entry), .addRule(.ip, chain: "entry", entry.rules[0]),
        .addVerdict(.ip, map: "jumps", key: 0x1_0000, .jump("target")),
    ])

    /// Slots of farm 7: slot n leads to `mark + n`.
    static func slots(_ range: Range<UInt32>, mark: UInt32 = 0x8000_0000) -> ElementList {
        var list = slots.list(in: .ip)
        for slot in range { list.append(words: 7, slot, mark + slot) }
        return list
    }

    static func few(_ marks: UInt32...) -> ElementList {
        var list = few.list(in: .ip)
        for mark in marks { list.append(words: mark) }
        return list
    }

    /// The slots there are, in order.
    static func present(_ kernel: any ContractKernel) throws -> [UInt32] {
        let list = try kernel.dump(slots(0..<0).set, keyLength: 8, dataLength: 4)
        return (0..<list.count).map { ElementBytes.number(list.key(at: $0).dropFirst(4)) }.sorted()
    }
}

extension KernelContract {
    /// A clause about the kernel with the example's skeleton.
    static func onExample(
        _ description: String, _ run: @escaping @Sendable (any ContractKernel) throws -> Void
    ) -> KernelContract {
        KernelContract(description) { kernel in
            try kernel.install(Example.script)
            try run(kernel)
        }
    }
}
