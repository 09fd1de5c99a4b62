// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Netlink
import Testing

@Suite("What the kernel sent, and what only pretends to be from it")
struct ReadingTests {
    @Test func `attributes are walked, nested ones too`() {
        let list = AttributeList(
            bytes(
                """
                0a 00 01 00   // type 1, 6 bytes
                6e 66 74 6c
                62 00 00 00
                0c 00 04 80   // type 4, nested
                08 00 02 40   // type 2, network order
                00 00 01 02
                """)[...])
        #expect(list[1]?.string == "nftlb")
        #expect(list[4]?.nested[2]?.number == 0x102)
        #expect(list[9] == nil)
        #expect(list.map(\.type) == [1, 4])
    }

    @Test(arguments: ["", "04", "03 00 01 00", "08 00 01 00 00", "ff ff 01 00 00 00 00 00", "00 00 00 00 00 00"])
    func `a length that cannot be right ends the walk`(_ text: String) {
        #expect(Array(AttributeList(bytes(text)[...])).isEmpty)
    }

    @Test func `a comment in nft's user data`() {
        #expect(UserData.comment(in: [0, 3, 0x61, 0x62, 0]) == "ab")
        #expect(UserData.comment(in: [5, 2, 9, 9, 0, 3, 0x61, 0x62, 0]) == "ab")
        #expect(UserData.comment(in: [0, 9, 0x61]) == nil)
        #expect(UserData.comment(in: [5, 2, 9, 9]) == nil)
        #expect(UserData.comment(in: []) == nil)
    }
}
