// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

extension KernelContract {
    static let skeleton: [KernelContract] = [
        KernelContract("a new kernel has nothing of ours") { kernel in
            try equal(try kernel.inventory(), KernelInventory(), "the inventory")
        },
        .onExample("what was installed is in the inventory") { kernel in
            let inventory = try kernel.inventory()
            try equal(Array(inventory.tables.keys), [.ip], "the tables")
            let table = inventory.tables[.ip]
            try equal(table?.comment, Example.owner, "the owner")
            try equal(table?.chains.keys.sorted(), ["entry", "target"], "the chains")
            try equal(table?.sets.keys.sorted(), ["counted", "few", "jumps", "ranges", "slots", "timed"], "the sets")
            try equal(
                table?.verdicts, ["jumps": [ElementBytes.bytes(0x1_0000): InstalledVerdict(.jump("target"))]],
                "the jumps")
        },
        .onExample("installing the same again adds the rules again and changes no declaration") { kernel in
            let before = try kernel.inventory().tables[.ip]
            try kernel.install(SkeletonScript([.wakeTable(.ip), .addSet(.ip, Example.slots)]))
            try kernel.install(SkeletonScript([.addChain(.ip, Example.target)]))
            try refused(KernelError.exists) {
                try kernel.install(SkeletonScript([.addTable(.ip, comment: nil)]))
            }
            try equal(try kernel.inventory().tables[.ip], before, "the table")
            try kernel.install(SkeletonScript([.addRule(.ip, chain: "target", Example.target.rules[0])]))
            let after = try kernel.inventory().tables[.ip]
            try equal(after?.sets, before?.sets, "the sets")
            if after?.chains["target"] == before?.chains["target"] {
                throw ContractBreach(description: "a rule more does not change the digest")
            }
        },
        .onExample("a chain flushed and written again has its digest again") { kernel in
            let before = try kernel.inventory()
            let rule = Rule(.match(.connection(.state), .matches, .constant(.state(.new))), .verdict(.accept))
            try kernel.install(
                SkeletonScript([.flushChain(.ip, "target"), .addRule(.ip, chain: "target", rule)]))
            let other = try kernel.inventory()
            if other.tables[.ip]?.chains["target"] == before.tables[.ip]?.chains["target"] {
                throw ContractBreach(description: "another rule has the same digest")
            }
            try equal(
                other.tables[.ip]?.chains["entry"], before.tables[.ip]?.chains["entry"], "the other chain's digest")
            try kernel.install(
                SkeletonScript([
                    .flushChain(.ip, "target"), .addRule(.ip, chain: "target", Example.target.rules[0]),
                ]))
            try equal(try kernel.inventory(), before, "the inventory")
        },
        .onExample("a jump and its chain come and go together") { kernel in
            let before = try kernel.inventory()
            let chain = Chain("s-2")
            try kernel.install(
                SkeletonScript([
                    .addChain(.ip, chain), .addRule(.ip, chain: "s-2", Rule(.verdict(.return))),
                    .addVerdict(.ip, map: "jumps", key: 2, .jump("s-2")),
                ]))
            let jump = try kernel.inventory().tables[.ip]?.verdicts["jumps"]?[ElementBytes.bytes(2)]
            try equal(jump, InstalledVerdict(.jump("s-2")), "the jump")
            try kernel.install(SkeletonScript([.deleteVerdict(.ip, map: "jumps", key: 2), .deleteChain(.ip, "s-2")]))
            try equal(try kernel.inventory(), before, "the inventory")
        },
        .onExample("each verdict of an element is told") { kernel in
            let verdicts: [Verdict] = [.drop, .accept, .return, .jump("target"), .goto("target")]
            try kernel.install(
                SkeletonScript(
                    verdicts.enumerated().map { .addVerdict(.ip, map: "jumps", key: UInt32(1 + $0.offset), $0.element) }
                ))
            let found = try kernel.inventory().tables[.ip]?.verdicts["jumps"]
            for (index, verdict) in verdicts.enumerated() {
                try equal(found?[ElementBytes.bytes(UInt32(1 + index))], InstalledVerdict(verdict), verdict.text)
            }
        },
        .onExample("a map is flushed, whatever its keys are, and goes with what is in it") { kernel in
            let before = try kernel.inventory()
            let form = SetDeclaration("verdicts", key: .types([.ipv4Address, .port]), data: .verdict, size: 8)
            try kernel.install(
                SkeletonScript([
                    .addSet(.ip, form), .addVerdict(.ip, map: "jumps", key: 2, .jump("target")),
                    .flushMap(.ip, "verdicts"), .deleteSet(.ip, "verdicts"), .flushMap(.ip, "jumps"),
                ]))
            try equal(try kernel.inventory().tables[.ip]?.verdicts, ["jumps": [:]], "the jumps")
            try kernel.install(SkeletonScript([.addVerdict(.ip, map: "jumps", key: 0x1_0000, .jump("target"))]))
            try equal(try kernel.inventory(), before, "the inventory")
        },
        .onExample("a table goes with everything in it, and others stay") { kernel in
            try kernel.install(SkeletonScript([.addTable(.ip6, comment: nil), .addTable(.netdev, comment: "x")]))
            try kernel.commit(Transaction([.add(Example.slots(0..<3))]))
            try kernel.install(SkeletonScript([.deleteTable(.ip)]))
            try equal(try kernel.inventory().tables.keys.sorted(), [.ip6, .netdev], "the tables")
            try kernel.install(Example.script)
            try equal(try Example.present(kernel), [], "the slots of the new table")
        },
        .onExample("a script raises the generation") { kernel in
            let before = try kernel.generation()
            try kernel.install(SkeletonScript([.addTable(.ip6, comment: nil)]))
            if try kernel.generation() <= before { throw ContractBreach(description: "the generation stands still") }
        },
    ]

    static let skeletonRefusals: [KernelContract] = [
        .onExample("a script of which one operation is refused does nothing") { kernel in
            try kernel.commit(Transaction([.add(Example.slots(0..<3))]))
            let before = try kernel.inventory()
            let bad: [(Int32, SkeletonOperation)] = [
                (KernelError.missing, .addRule(.ip, chain: "target", Rule(.verdict(.jump("nowhere"))))),
                (KernelError.missing, .deleteChain(.ip, "nowhere")),
                (KernelError.missing, .deleteSet(.ip, "nothing")),
                (KernelError.missing, .deleteTable(.netdev)),
                (KernelError.missing, .deleteVerdict(.ip, map: "jumps", key: 77)),
                (KernelError.missing, .addVerdict(.ip, map: "jumps", key: 77, .jump("nowhere"))),
                (KernelError.exists, .addVerdict(.ip, map: "jumps", key: 0x1_0000, .jump("fresh"))),
                (KernelError.inUse, .deleteChain(.ip, "target")),
                (KernelError.inUse, .deleteSet(.ip, "jumps")),
            ]
            for (errno, operation) in bad {
                let script = SkeletonScript([
                    .addTable(.ip6, comment: nil), .addChain(.ip, Chain("fresh")), .flushChain(.ip, "entry"),
                    .addRule(.ip, chain: "entry", Example.entry.rules[0]), operation,
                ])
                do {
                    try kernel.install(script)
                    throw ContractBreach(description: "not refused: \(operation.text)")
                } catch let failure as KernelFailure {
                    guard failure.kind == .refused(errno: errno) || failure.kind == .helper("refused the script") else {
                        throw ContractBreach(description: "\(operation.text): \(failure.kind), not errno \(errno)")
                    }
                }
                try equal(try kernel.inventory(), before, "the inventory after \(operation.text)")
                try equal(try Example.present(kernel), [0, 1, 2], "the slots after \(operation.text)")
            }
        },
        .onExample("a set declared otherwise under its name is refused") { kernel in
            let before = try kernel.inventory()
            let other = SetDeclaration("slots", key: .types([.mark]), size: 1024)
            do {
                try kernel.install(SkeletonScript([.addSet(.ip, other)]))
            } catch is KernelFailure {
                return try equal(try kernel.inventory(), before, "the inventory")
            }
            throw ContractBreach(description: "not refused")
        },
    ]
}
