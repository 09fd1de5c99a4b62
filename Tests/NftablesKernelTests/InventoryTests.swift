// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import KernelSupport
import Namespaces
import Nftables
import NftablesKernel
import Testing

@Suite("What is read back of the skeleton", .enabled(if: NetworkNamespace.isAvailable))
struct InventoryTests {
    static let script = """
        add table ip nftlb { comment "0123456789abcdef" ; }
        add map ip nftlb slots { typeof meta priority . numgen inc mod 65536 : ct mark ; size 1024 ; }
        add set ip nftlb newconns { typeof ct mark ; flags dynamic ; size 1024 ; }
        add map ip nftlb shapes { type mark : verdict ; size 64 ; }
        add chain ip nftlb s-1 { comment "nat rr M=61" ; }
        add rule ip nftlb s-1 meta l4proto { tcp, udp } counter update @newconns { ct mark counter } accept
        add chain ip nftlb prerouting { type nat hook prerouting priority -100 ; policy accept ; }
        add rule ip nftlb prerouting meta mark vmap @shapes
        add element ip nftlb shapes { 0x00010000 : jump s-1 }

        """

    static func inventory(of text: String) throws -> KernelInventory.Table? {
        try NetworkNamespace.with {
            let kernel = try TestKernel.open()
            try kernel.installNow(text: text)
            return try kernel.inventory().tables[.ip]
        }
    }

    @Test func `owner, chains, sets without anonymous ones, and jumps`() throws {
        let table = try #require(try Self.inventory(of: Self.script))
        #expect(table.comment == "0123456789abcdef")
        #expect(table.chains.keys.sorted() == ["prerouting", "s-1"])
        #expect(table.sets.keys.sorted() == ["newconns", "shapes", "slots"])
        #expect(table.verdicts == ["shapes": [ElementBytes.bytes(0x0001_0000): InstalledVerdict(.jump("s-1"))]])
    }

    @Test func `the same skeleton has the same digests, whatever else was there`() throws {
        let first = try Self.inventory(of: Self.script)
        let second = try Self.inventory(of: "add table ip x\nadd chain ip x y\n" + Self.script)
        #expect(first == second)
    }

    @Test(arguments: [
        ("accept\n", "drop\n", "s-1"),
        ("nat rr M=61", "nat rr M=251", "s-1"),
        ("priority -100", "priority -99", "prerouting"),
        ("{ tcp, udp } counter", "{ tcp, udp }", "s-1"),
        ("prerouting meta mark", "prerouting ct state new meta mark", "prerouting"),
    ])
    func `a rule or declaration that differs changes its chain's digest and no other`(
        _ old: String, _ new: String, _ chain: String
    ) throws {
        let first = try #require(try Self.inventory(of: Self.script))
        let text = Self.script.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
        #expect(text != Self.script)
        let second = try #require(try Self.inventory(of: text))
        #expect(first.chains.filter { $0.value != second.chains[$0.key] }.map(\.key) == [chain])
        #expect(first.sets == second.sets)
    }

    @Test(arguments: [
        ("mod 65536 : ct mark ; size 1024", "mod 65536 : ct mark ; size 2048", "slots"),
        ("numgen inc mod 65536", "numgen inc mod 64", "slots"),
        ("ct mark ; flags dynamic", "ct mark ; flags dynamic,timeout", "newconns"),
    ])
    func `a set's declaration that differs changes its digest`(_ old: String, _ new: String, _ set: String) throws {
        let first = try #require(try Self.inventory(of: Self.script))
        let text = Self.script.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
        #expect(text != Self.script)
        let second = try #require(try Self.inventory(of: text))
        #expect(first.sets.filter { $0.value != second.sets[$0.key] }.map(\.key) == [set])
        #expect(first.chains == second.chains)
    }

    @Test func `traffic and elements change no digest`() throws {
        let topology = try Topology(backends: 1)
        try topology.balancer.inside {
            let kernel = try TestKernel.open()
            try kernel.installNow(
                text: Self.script + "add chain ip nftlb in { type filter hook forward priority 0 ; }\n"
                    + "add rule ip nftlb in jump s-1\n")
            let before = try kernel.inventory()
            #expect(try topology.ask(.tcp, Endpoint(topology.backends[0].address, 80)).backend == "b1")
            let slots = SetReference(family: .ip, name: "slots")
            var list = ElementList(set: slots, keyLength: 8, dataLength: 4)
            list.append(words: 1, 2, 3)
            try kernel.commit(Transaction([.add(list)]))
            #expect(try kernel.inventory() == before)
            #expect(try Command.succeed(["nft", "list", "chain", "ip", "nftlb", "s-1"]).contains("packets 0") == false)
        }
    }
}
