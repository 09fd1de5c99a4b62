// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// The small skeleton on which the contract is tried.
enum Example {
    static let slots = SetDeclaration(
        "slots", key: .expressions([.meta(.priority), .generated(.increasing, modulus: 65536)]),
        data: .expression(.connection(.mark)), size: 1024)
    static let few = SetDeclaration("few", key: .types([.mark]), size: 2)
    static let ranges = SetDeclaration(
        "ranges", key: .expressions([.meta(.transport), .field(.ipDestination), .field(.destinationPort)]),
        data: .expression(.meta(.priority)), isInterval: true, size: 4)
    static let timed = SetDeclaration(
        "timed", key: .types([.mark]), data: .types([.mark]), isDynamic: true, lifetime: 3600, size: 64)
    static let counted = SetDeclaration("counted", key: .types([.mark]), isDynamic: true, size: 64)
    static let jumps = SetDeclaration("jumps", key: .expressions([.meta(.mark)]), data: .verdict, size: 64)
    static let target = Chain("target", comment: "where jumps lead", rules: [Rule(.verdict(.accept))])
    static let entry = Chain(
        "entry", base: BaseChain(kind: .filter, hook: .prerouting, priority: -150),
        rules: [Rule(.verdictMap(.meta(.mark), map: "jumps"))])

    static let owner = "00112233445566778899aabbccddeeff"

    static let script = SkeletonScript([
        .addTable(.ip, comment: owner),
        .addSet(.ip, slots), .addSet(.ip, few), .addSet(.ip, ranges), .addSet(.ip, timed),
        .addSet(.ip, counted),
        .addSet(.ip, jumps),
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

    /// Marks that have counted.
    static func counted(_ counts: [UInt32: PacketCount]) -> CountedElements {
        counts.sorted { $0.key < $1.key }.reduce(into: CountedElements(counted.form(in: .ip).keys)) {
            $0.append(key: ElementBytes.bytes($1.key), count: $1.value)
        }
    }

    /// Elements that end, each leading to its key and 1.
    static func timed(_ marks: ClosedRange<UInt32>) -> ElementList {
        var list = timed.list(in: .ip)
        for mark in marks { list.append(words: mark, mark + 1) }
        return list
    }

    /// Ports of 10.0.0.1 over TCP that lead to `value`.
    static func ranges(_ ports: ClosedRange<UInt16>..., value: UInt32 = 1) -> ElementList {
        var list = ranges.list(in: .ip)
        for ports in ports {
            let ends = [ports.lowerBound, ports.upperBound]
            let key = ends.flatMap { ElementBytes.transport(6) + [10, 0, 0, 1] + ElementBytes.port($0) }
            list.append(key: key, data: ElementBytes.bytes(value))
        }
        return list
    }

    /// The ranges there are, in order.
    static func presentRanges(_ kernel: any ContractKernel) throws -> ElementList {
        let list = try kernel.dump(ranges.form(in: .ip))
        let order = (0..<list.count).sorted { list.key(at: $0).lexicographicallyPrecedes(list.key(at: $1)) }
        return order.reduce(into: ElementList(list.form)) { $0.append(contentsOf: list.slice($1..<$1 + 1)) }
    }

    /// The slots there are, in order.
    static func present(_ kernel: any ContractKernel) throws -> [UInt32] {
        let list = try kernel.dump(slots.form(in: .ip))
        return (0..<list.count).map { ElementBytes.number(list.key(at: $0).dropFirst(4)) }.sorted()
    }
}

extension KernelContract {
    /// A clause about the kernel with the example's skeleton.
    static func onExample(
        _ description: String, isYoung: Bool = false, _ run: @escaping @Sendable (any ContractKernel) throws -> Void
    ) -> KernelContract {
        KernelContract(description, isYoung: isYoung) { kernel in
            try kernel.install(Example.script)
            try run(kernel)
        }
    }
}
