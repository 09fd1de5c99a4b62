// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables
import Testing

@Suite("Text")
struct TextTests {
    @Test(
        "IPv6 addresses in a list of elements are written as RFC 5952 says",
        arguments: [
            ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1], "2001:db8::1"),
            ([0, 0, 0, 0, 0, 0, 0, 0], "::"),
            ([0, 0, 0, 0, 0, 0, 0, 1], "::1"),
            ([1, 0, 0, 2, 0, 0, 0, 3], "1:0:0:2::3"),
            ([1, 0, 2, 3, 4, 5, 6, 7], "1:0:2:3:4:5:6:7"),
            ([0xfd01, 0, 0, 0, 0, 0, 0, 0], "fd01::"),
        ] as [([UInt16], String)])
    func ipv6(groups: [UInt16], text: String) {
        let bytes = groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
        #expect(DataType.ipv6Address.text(bytes) == text)
    }

    @Test("Operations are lines")
    func operations() {
        let script = SkeletonScript([
            .addTable(.ip, comment: "00ff"),
            .addSet(.ip, SetDeclaration("to-addr", key: .types([.mark]), data: .types([.ipv4Address]), size: 8)),
            .addChain(.ip, Chain("a", comment: "b")),
            .addChain(.ip6, Chain("c", base: BaseChain(kind: .nat, hook: .prerouting, priority: -100))),
            .addRule(
                .ip, chain: "a", Rule(.translateDestination(nil, to: .lookup(.connection(.mark), map: "to-addr")))),
            .addVerdict(.ip, map: "shapes", key: 0x10000, .jump("a")),
            .deleteVerdict(.ip, map: "shapes", key: 0x10000), .flushMap(.ip, "shapes"),
            .flushChain(.ip, "a"), .deleteChain(.ip, "a"), .deleteSet(.ip, "to-addr"), .deleteTable(.ip),
        ])
        #expect(
            script.text() == """
                create table ip nftlb { comment "00ff" ; }
                add map ip nftlb to-addr { type mark : ipv4_addr ; size 8 ; }
                add chain ip nftlb a { comment "b" ; }
                add chain ip6 nftlb c { type nat hook prerouting priority -100 ; policy accept ; }
                add rule ip nftlb a dnat to ct mark map @to-addr
                add element ip nftlb shapes { 0x00010000 : jump a }
                delete element ip nftlb shapes { 0x00010000 }
                flush map ip nftlb shapes
                flush chain ip nftlb a
                delete chain ip nftlb a
                delete set ip nftlb to-addr
                delete table ip nftlb

                """)
    }

    @Test("The digest is FNV-1a")
    func digest() {
        // Test vectors of draft-eastlake-fnv: "", "a", "foobar".
        var digest = Digest()
        #expect(digest.text == "cbf29ce484222325")
        digest.combine(UInt8(ascii: "a"))
        #expect(digest.value == 0xaf63_dc4c_8601_ec8c)
        var other = Digest()
        for byte in "foobar".utf8 { other.combine(byte) }
        #expect(other.value == 0x8594_4171_f739_67e8)
    }
}
