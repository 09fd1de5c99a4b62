// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EngineSupport
import Nftables
import Testing

@testable import BalancerEngine

@Suite("Reading sets, and deleting what traffic has made")
struct ReadingTests {
    static let declaration = SetDeclaration("learnt", key: .types([.mark]), isDynamic: true, lifetime: 60, size: 1024)

    static func keys(_ range: Range<UInt32>) -> ElementList {
        var list = declaration.list(in: .ip)
        for key in range { list.append(words: key) }
        return list
    }

    static func kernel(_ present: Range<UInt32>) throws -> FakeKernel {
        let kernel = FakeKernel(scheduler: FakeScheduler())
        try kernel.ruleset.apply(SkeletonScript([.addTable(.ip, comment: nil), .addSet(.ip, declaration)]))
        try kernel.commit(Transaction([.add(keys(present))]))
        kernel.forgetHistory()
        return kernel
    }

    static func read<Records>(_ reader: SetReader<Records>) throws -> Records {
        var reader = WholeSetReader(reader, form: Self.declaration.form(in: .ip))
        for _ in 0..<1000 {
            if let records = try reader.advance() { return records }
        }
        Issue.record("the reader does not come to an end")
        throw KernelFailure(kind: .unreadable("no end"), message: "no end")
    }

    @Test("a torn dump is begun again", arguments: [0, 1, 10])
    func torn(_ count: Int) throws {
        let kernel = try Self.kernel(0..<100)
        kernel.tornDumps = count
        let found = try Self.read(SetReader<TimedElements>(kernel, all: Self.declaration.form(in: .ip)))
        #expect(found.elements.count == 100)
        #expect(found.lifetimes.allSatisfy { $0.remaining == 60_000 })
        #expect(kernel.dumps == count + 1)
    }

    @Test("where commits never pause, the keys that are known are looked up; without keys, reading fails")
    func neverPausing() throws {
        let kernel = try Self.kernel(0..<100)
        kernel.tornDumps = .max
        let reader = SetReader<ElementList>(kernel, all: Self.declaration.form(in: .ip), orElse: Self.keys(90..<110))
        #expect(try Self.read(reader) == Self.keys(90..<100))
        #expect(throws: KernelFailure.self) {
            try Self.read(SetReader<ElementList>(kernel, all: Self.declaration.form(in: .ip)))
        }
    }

    @Test("many keys are looked up in pieces")
    func pieces() throws {
        let kernel = try Self.kernel(0..<1000)
        let found = try Self.read(SetReader<CountedElements>(kernel, keys: Self.keys(500..<10_000), dataLength: 0))
        #expect(found.elements == Self.keys(500..<1000))
        #expect(kernel.dumps == 0)
    }

    @Test("what is not there is not deleted, and batches keep their limit")
    func removal() throws {
        let kernel = try Self.kernel(0..<100)
        #expect(try kernel.removePresent(Self.keys(50..<200), limit: 20) == 50)
        #expect(kernel.ruleset.elements(of: Self.declaration.form(in: .ip).set) == Self.keys(0..<50))
        #expect(kernel.transactions.allSatisfy { $0.elementCount <= 20 })
    }

    @Test("what expires between look-up and deletion stops nobody", arguments: [1, 2, 3, 4, 30])
    func expiring(_ times: Int) throws {
        let kernel = try Self.kernel(0..<64)
        var left = times
        kernel.refuse = { [unowned kernel] transaction in
            guard left > 0 else { return nil }
            left -= 1
            // The last of the batch has just expired.
            let list = transaction.steps[0].list
            try? kernel.ruleset.apply(Transaction([.delete(list.slice(list.count - 1..<list.count))]))
            return nil
        }
        try kernel.removePresent(Self.keys(0..<64), limit: 64)
        #expect(kernel.ruleset.elements(of: Self.declaration.form(in: .ip).set)?.isEmpty == true)
    }

    @Test("another refusal is not retried")
    func otherRefusals() throws {
        let kernel = try Self.kernel(0..<10)
        kernel.refuse = { _ in .refused(KernelError.inUse, "no") }
        #expect(throws: KernelFailure.self) { try kernel.removePresent(Self.keys(0..<10), limit: 5) }
    }
}
