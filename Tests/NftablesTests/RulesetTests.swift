// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables
import Testing

@Suite("A ruleset has the kernel's manners")
struct RulesetTests {
    static let map = SetDeclaration("m", key: .types([.mark]), data: .types([.mark]), size: 2)
    static let verdicts = SetDeclaration("v", key: .expressions([.meta(.priority)]), data: .verdict, size: 2)

    static func ruleset() throws -> Ruleset {
        try Ruleset().applying(
            SkeletonScript([
                .addTable(.ip, comment: "x"), .addSet(.ip, map), .addSet(.ip, verdicts), .addChain(.ip, Chain("c")),
                .addChain(.ip, Chain("d")),
                .addRule(.ip, chain: "c", Rule(.member(.connection(.mark), of: "m"), .verdict(.jump("d")))),
                .addVerdict(.ip, map: "v", key: 1, .jump("c")),
            ]))
    }

    static func elements(_ pairs: [(UInt32, UInt32)]) -> ElementList {
        var list = map.list(in: .ip)
        for (key, data) in pairs { list.append(words: key, data) }
        return list
    }

    static func errno(_ body: () throws -> Void) -> Int32? {
        do { try body() } catch let error as KernelFailure {
            if case .refused(let errno) = error.kind { return errno }
        } catch {}
        return nil
    }

    @Test("What is refused, and why")
    func refusals() throws {
        var ruleset = try Self.ruleset()
        try ruleset.apply(Transaction([.add(Self.elements([(1, 1)]))]))
        let before = ruleset
        let refusals: [(Int32, Transaction)] = [
            (KernelError.exists, Transaction([.add(Self.elements([(2, 2), (1, 2)]))])),
            (KernelError.missing, Transaction([.add(Self.elements([(2, 2)])), .delete(Self.elements([(3, 0)]).keys)])),
            (KernelError.full, Transaction([.add(Self.elements([(2, 2), (3, 3)]))])),
        ]
        for (number, transaction) in refusals {
            #expect(Self.errno { try ruleset.apply(transaction) } == number)
            #expect(ruleset == before, "nothing has changed")
        }
        try ruleset.apply(Transaction([.add(Self.elements([(1, 1)]))]))
        #expect(ruleset == before, "what is there with the same data is no error")
        try ruleset.apply(Transaction([.delete(Self.elements([(1, 0)]).keys), .add(Self.elements([(1, 7)]))]))
        #expect(
            ruleset[SetReference(family: .ip, name: "m")]?.elements == [ElementBytes.bytes(1): ElementBytes.bytes(7)])
    }

    @Test(
        "Scripts: missing, in use, other content",
        arguments: [
            (KernelError.inUse, SkeletonOperation.deleteChain(.ip, "c")), (KernelError.inUse, .deleteChain(.ip, "d")),
            (KernelError.inUse, .deleteSet(.ip, "m")), (KernelError.missing, .deleteSet(.ip, "none")),
            (KernelError.missing, .addRule(.ip, chain: "c", Rule(.verdict(.jump("none"))))),
            (KernelError.missing, .addRule(.ip, chain: "c", Rule(.member(.connection(.mark), of: "none")))),
            (KernelError.exists, .addVerdict(.ip, map: "v", key: 1, .jump("d"))),
            (KernelError.missing, .addVerdict(.ip, map: "v", key: 2, .jump("none"))),
            (KernelError.exists, .addSet(.ip, SetDeclaration("m", key: .types([.mark]), size: 2))),
            (KernelError.missing, .addChain(.ip6, Chain("c"))), (KernelError.missing, .flushChain(.ip, "none")),
        ])
    func scripts(number: Int32, operation: SkeletonOperation) throws {
        let ruleset = try Self.ruleset()
        #expect(Self.errno { _ = try ruleset.applying(SkeletonScript([operation])) } == number)
    }

    @Test("The difference of two rulesets, applied, makes one the other")
    func difference() throws {
        let old = try Self.ruleset().applying(Transaction([.add(Self.elements([(1, 1), (2, 2)]))]))
        let new = try Self.ruleset().applying(Transaction([.add(Self.elements([(2, 3), (4, 4)]))]))
        #expect(try old.applying(old.difference(to: new)) == new)
        #expect(old.difference(to: old).isEmpty)
    }

    @Test("The text loads what it was printed from")
    func script() throws {
        let ruleset = try Self.ruleset()
        #expect(try Ruleset().applying(ruleset.script()) == ruleset)
    }
}
