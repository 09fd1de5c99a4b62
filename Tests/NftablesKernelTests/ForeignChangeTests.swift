// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import KernelSupport
import Namespaces
import Nftables
import Testing

@testable import NftablesKernel

@Suite("What others change beside large transactions of ours", .enabled(if: NetworkNamespace.isAvailable))
struct ForeignChangeTests {
    static let script = """
        add table ip nftlb
        add set ip nftlb usable { type mark ; size 65536 ; }
        add set ip nftlb strange { type mark ; size 64 ; }

        """

    /// A door with a listener, in a namespace of its own.
    private func listen(
        _ body: (KernelConnection, ForeignChanges, _ told: () throws -> (changes: Int, misses: Int)) throws -> Void
    ) throws {
        try NetworkNamespace.with {
            let kernel = try TestKernel.open()
            try kernel.installNow(text: Self.script)
            let changes = try ForeignChanges(besides: kernel)
            var misses = 0
            changes.missed = { misses += 1 }
            try body(kernel, changes) {
                var count = 0
                try changes.read { _ in count += 1 }
                return (count, misses)
            }
        }
    }

    private static func marks(_ range: Range<UInt32>, in name: String = "usable") -> Transaction {
        let set = SetReference(family: .ip, name: name)
        return Transaction([
            .add(ElementList(set: set, keyLength: 4, dataLength: 0, bytes: range.flatMap(ElementBytes.bytes)))
        ])
    }

    /// Another program's transaction: another door's, whose port is not ours.
    private static func disturb(_ other: KernelConnection, _ mark: UInt32) throws(KernelFailure) {
        try other.commit(marks(mark..<mark + 1, in: "strange"))
    }

    @Test func `ours are not told, those of others before and after them are`() throws {
        try listen { kernel, _, told in
            let other = try TestKernel.open()
            try kernel.commit(Self.marks(1..<2))
            try kernel.commit(Self.marks(2..<2000))
            #expect(try told() == (0, 0))
            try Self.disturb(other, 1)
            try kernel.commit(Self.marks(2000..<4000))
            try Self.disturb(other, 2)
            #expect(try told() == (2, 0))
        }
    }

    @Test func `what somebody changes while nobody listens is noticed, and so it is when ours is refused`() throws {
        try listen { kernel, changes, told in
            let other = try TestKernel.open()
            try changes.unheard { () throws(KernelFailure) in
                try kernel.commit(Self.marks(1..<2))
                try Self.disturb(other, 1)
            }
            #expect(try told() == (0, 1))
            let failure = KernelFailure(kind: .refused(errno: 12), message: "no memory")
            #expect(throws: KernelFailure.self) { try changes.unheard { () throws(KernelFailure) in throw failure } }
            #expect(try told() == (0, 1))
            #expect(throws: KernelFailure.self) {
                try changes.unheard { () throws(KernelFailure) in
                    try Self.disturb(other, 2)
                    throw failure
                }
            }
            #expect(try told() == (0, 2))
        }
    }
}
