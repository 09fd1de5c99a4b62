// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import KernelSupport
import Namespaces
import Nftables
import NftablesKernel
import Testing

@Suite("The helper that runs libnftables", .enabled(if: NetworkNamespace.isAvailable))
struct HelperTests {
    @Test func `no Swift in it`() throws {
        for tool in ["nm", "ldd"] {
            let output = try Command.succeed([tool, TestKernel.helper])
            #expect(!output.lowercased().contains("swift"))
            #expect(output.contains(tool == "nm" ? "main" : "libnftables"))
        }
    }

    /// nft 1.1 writes such maps; 1.0.6 dies when it lists one.
    static let deadlyMap = """
        table ip foreign { map m { typeof ip saddr . jhash ip saddr mod 64 : meta mark; size 64;
            }
        }
        """

    @Test func `a foreign map that kills libnftables does not matter`() throws {
        try NetworkNamespace.with {
            try Command.nft(Self.deadlyMap)
            let kernel = try TestKernel.open()
            try kernel.installNow(text: "add table ip nftlb\nadd chain ip nftlb a\n")
            try kernel.installNow(text: "add rule ip nftlb a accept\nadd chain ip nftlb b\n")
            #expect(try kernel.inventory().tables[.ip]?.chains.keys.sorted() == ["a", "b"])
        }
    }

    @Test func `foreign tables of our name in other families are foreign`() throws {
        try NetworkNamespace.with {
            try Command.nft("table inet nftlb { chain c { accept\n }\n }\ntable arp nftlb { }\n")
            let kernel = try TestKernel.open()
            #expect(try kernel.inventory() == KernelInventory())
            try kernel.installNow(text: "add table ip6 nftlb\nadd table netdev nftlb\n")
            #expect(try kernel.inventory().tables.keys.sorted() == [.ip6, .netdev])
            #expect(try Command.succeed(["nft", "list", "table", "inet", "nftlb"]).contains("accept"))
        }
    }

    @Test func `a refusal names the line, in the kernel's words, and nothing has happened`() throws {
        try NetworkNamespace.with {
            let kernel = try TestKernel.open()
            let before = try kernel.generation()
            let failure = try #require(throws: KernelFailure.self) {
                try kernel.installNow(
                    text: "add table ip nftlb\nadd chain ip nftlb a\nadd rule ip nftlb a jump nowhere\n")
            }
            #expect(failure.kind == .refused(errno: 2))
            #expect(failure.message.hasPrefix("line 3: "))
            #expect(failure.message.contains("No such file or directory"))
            #expect(failure.message.hasSuffix("(add rule ip nftlb a jump nowhere)"))
            #expect(try kernel.inventory() == KernelInventory())
            #expect(try kernel.generation() == before)
        }
    }

    @Test func `a syntax error never reaches the kernel`() throws {
        try NetworkNamespace.with {
            let failure = try #require(throws: KernelFailure.self) {
                try TestKernel.open().installNow(text: "add table ip nftlb\nadd nonsense\n")
            }
            #expect(failure.kind == .helper("refused the script"))
            #expect(failure.message.hasPrefix("line 2: syntax error"))
        }
    }

    @Test func `what the kernel was built without is named`() throws {
        try NetworkNamespace.with {
            let script = "add table ip nftlb\nadd chain ip nftlb a\nadd rule ip nftlb a queue num 3\n"
            // On a kernel that has it there is nothing to see.
            do {
                try TestKernel.open().installNow(text: script)
            } catch let failure as KernelFailure {
                #expect(failure.kind == .unsupported(.queue))
            }
        }
    }

    @Test(arguments: [
        ("/bin/false", [], KernelFailure.Kind.helper("refused the script")),
        ("/nonexistent", [], .helper("/nonexistent could not be started: No such file or directory")),
        ("/bin/sh", ["-c", "kill -SEGV $$"], .helper("/bin/sh was ended by signal 11")),
        ("/bin/sh", ["-c", "exit 3"], .helper("/bin/sh ended with status 3")),
    ])
    func `a helper that ends otherwise is a failure with its name`(
        _ path: String, _ arguments: [String], _ kind: KernelFailure.Kind
    ) throws {
        let kernel = try KernelConnection(helper: path, runner: Replacing(arguments))
        let failure = try #require(throws: KernelFailure.self) { try kernel.installNow(text: "") }
        #expect(failure.kind == kind)
        #expect(!failure.message.isEmpty)
    }

    /// Runs the program with other arguments.
    final class Replacing: ChildRunner {
        let arguments: [String]

        init(_ arguments: [String]) {
            self.arguments = arguments
        }

        func run(
            _ path: String, arguments: [String], inheriting descriptor: Int32, completion: @escaping (ChildEnd) -> Void
        ) -> Int32? {
            BlockingChildRunner().run(
                path, arguments: self.arguments, inheriting: descriptor, completion: completion)
        }
    }

    @Test func `usage`() throws {
        #expect(try Command.run([TestKernel.helper]).status == 2)
        #expect(try Command.run([TestKernel.helper, "--help"]).status == 2)
        #expect(try Command.run([TestKernel.helper, "a", "b"]).status == 2)
        #expect(try Command.run([TestKernel.helper, "/nonexistent"]).status == 1)
    }
}
