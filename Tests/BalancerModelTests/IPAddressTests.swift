// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Glibc
import Testing

@Suite("Addresses")
struct IPAddressTests {
    @Test(
        "Texts and their canonical form (RFC 4291 2.2, RFC 5952 4)",
        arguments: [
            ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("10.98.1.2", "10.98.1.2"),
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("0:0:0:0:0:0:0:0", "::"),
            ("2001:DB8::1", "2001:db8::1"), ("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("::ffff:c000:201", "::ffff:192.0.2.1"),
            ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
            ("fe80::", "fe80::"),
        ])
    func forms(text: String, canonical: String) throws {
        let address = try IPAddress(text)
        #expect(address.description == canonical)
        #expect(try IPAddress(canonical) == address)
        #expect(IPAddress(bytes: address.bytes) == address)
    }

    @Test(
        "What is no address",
        arguments: [
            "", ".", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.04", "1..2.3", "1.2.3.4.", ".1.2.3.4",
            "1.2.3.4 ", " 1.2.3.4", "0x1.2.3.4", "+1.2.3.4", "1.2.3.-4", "300.1.1.1", "localhost", "1.2.3.4/32",
            ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1::", "1::2::3",
            ":1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7:", "12345::", "g::", "[::1]", "::1%eth0", "fe80::1%2", "::1.2.3", "::1.2.3.4.5",
            "::1.2.3.256",
            "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.4:5", "1.2.3.4::", "::01.2.3.4", "\u{0}", "１.２.３.４",
        ])
    func refused(text: String) {
        #expect(throws: InvalidValue.self) { try IPAddress(text) }
    }

    @Test("The zone is what is wrong with fe80::1%eth0")
    func zone() throws {
        let error = try #require(throws: InvalidValue.self) { try IPAddress("fe80::1%eth0") }
        #expect(error.reason.contains("zone"))
    }

    @Test(
        "Parser and printer agree with the C library on random and on broken texts", arguments: 0..<8 as Range<UInt64>)
    func library(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            var bytes = (0..<(Bool.random(using: &generator) ? 4 : 16)).map { _ in
                Int.random(in: 0..<3, using: &generator) == 0 ? UInt8.random(in: 0...255, using: &generator) : 0
            }
            if bytes.count == 16, bytes[0] == 0 { bytes[0] = 0x20 }
            let address = try #require(IPAddress(bytes: bytes))
            #expect(address.bytes == bytes)
            #expect(try IPAddress(address.description) == address)
            #expect(LibraryAddress.bytes(of: address.description) == bytes)

            var text = Array(address.description.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let replacement = Array("0123456789abcdefF:.:.%- ".utf8).randomElement(using: &generator)!
                let place = Int.random(in: 0...text.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: text.insert(replacement, at: place)
                case 1 where place < text.count: text.remove(at: place)
                default: if place < text.count { text[place] = replacement }
                }
            }
            let broken = String(decoding: text, as: UTF8.self)
            #expect((try? IPAddress(broken))?.bytes == LibraryAddress.bytes(of: broken), "\(broken)")
        }
    }
}

/// What `inet_pton` makes of a text.
private enum LibraryAddress {
    static func bytes(of text: String) -> [UInt8]? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if unsafe inet_pton(family, text, &bytes) == 1 { return bytes }
        }
        return nil
    }
}
