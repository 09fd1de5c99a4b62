// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import Testing

@Suite("Values")
struct ValueTests {
    @Test("Names", arguments: ["a", "svc--http", "a/b", "ñ", "%s; drop", "{}", String(repeating: "n", count: 255)])
    func names(text: String) throws {
        #expect(try Name(text).text == text)
    }

    @Test(
        "What is no name",
        arguments: [
            "", "a\"b", "it's", "a\nb", "a\u{0}b", "a\u{7F}", "a\u{85}", String(repeating: "n", count: 256),
            String(repeating: "é", count: 128),
        ])
    func noNames(text: String) {
        #expect(throws: InvalidValue.self) { try Name(text) }
    }

    @Test("Names are equal when their bytes are")
    func nameEquality() throws {
        let (composed, decomposed) = (try Name("\u{E9}"), try Name("e\u{301}"))
        #expect(composed.text == decomposed.text)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
    }

    @Test(
        "Ports", arguments: [([80...80], "80"), ([81...90, 80...80], "80-90"), ([1...5, 3...9, 20...20], "1-9,20")])
    func ports(ranges: [ClosedRange<UInt16>], text: String) throws {
        #expect(try PortSet(ranges).description == text)
    }

    @Test("All 65535 ports are one range, and not the empty list")
    func everyPort() throws {
        let every = try PortSet([1...65535])
        #expect(every.count == 65535)
        #expect(!every.isAll)
        #expect(PortSet.all.count == 65535)
        #expect(PortSet.all.ranges.isEmpty)
        #expect(try every.contains(Port(65535)))
    }

    @Test(
        "What is no range",
        arguments: ["", "80", "-", "1-", "-1", "2-1", "0-1", "1-65536", "01-2", "1-2-3", " 1-2", "+1-2"])
    func noRanges(text: String) {
        #expect(throws: InvalidValue.self) { try PortSet.range(text) }
    }

    @Test("What is no port", arguments: [0, -1, 65536, 70000, Int.max])
    func noPorts(number: Int) {
        #expect(throws: InvalidValue.self) { try Port(number) }
    }

    @Test(
        "Rates",
        arguments: [
            ("5/second", "5/second"), ("5", "5/second"), ("1/week", "1/week"), ("0/week", "0/second"),
            ("0", "0/second"),
            ("4294967295/day", "4294967295/day"),
        ])
    func rates(text: String, canonical: String) throws {
        #expect(try Rate(text).description == canonical)
    }

    @Test(
        "What is no rate",
        arguments: ["", "/second", "5/", "5/hours", "05", "-1", "4294967296", "5/second/", "5 /day", "x"])
    func noRates(text: String) {
        #expect(throws: InvalidValue.self) { try Rate(text) }
    }

    @Test("Hardware addresses", arguments: ["02:00:5e:10:00:01", "02-00-5E-10-00-01"])
    func hardwareAddresses(text: String) throws {
        let address = try MACAddress(text)
        #expect(address.description == "02:00:5e:10:00:01")
        #expect(address.bytes == [2, 0, 0x5E, 0x10, 0, 1])
    }

    @Test(
        "What is no hardware address",
        arguments: [
            "", "02:00:5e:10:00", "02:00:5e:10:00:01:", "02:00:5e-10-00-01", "020:0:5e:10:00:01", "g2:00:5e:10:00:01",
        ])
    func noHardwareAddresses(text: String) {
        #expect(throws: InvalidValue.self) { try MACAddress(text) }
    }

    @Test("What is no interface", arguments: ["", ".", "..", "a/b", "a b", "eth0:1", "sixteenletterslo", "é"])
    func noInterfaces(text: String) {
        #expect(throws: InvalidValue.self) { try InterfaceName(text) }
    }

    @Test("What is no log prefix", arguments: ["\"", "'", "\\", "$x", "\n", "é", String(repeating: "x", count: 128)])
    func noPrefixes(text: String) {
        #expect(throws: InvalidValue.self) { try LogPrefix(text) }
    }

    @Test("A log prefix keeps its spaces and has at most 127 bytes")
    func prefixes() throws {
        #expect(try LogPrefix(" TYPE; {drop} ").text == " TYPE; {drop} ")
        #expect(try LogPrefix(String(repeating: "x", count: 127)).text.utf8.count == 127)
    }

    @Test(
        "Elements of policies",
        arguments: [
            ("10.0.0.1", "10.0.0.1"), ("10.0.0.0/8", "10.0.0.0/8"), ("10.0.0.1/32", "10.0.0.1"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("10.0.0.1-10.0.0.9", "10.0.0.1-10.0.0.9"), ("1.1.1.1-1.1.1.1", "1.1.1.1"), ("FD00::/8", "fd00::/8"),
            ("2001:db8::/65", "2001:db8::/65"), ("::1/128", "::1"),
        ])
    func elements(text: String, canonical: String) throws {
        #expect(try AddressRange(text).description == canonical)
    }

    @Test(
        "What is no element",
        arguments: [
            "", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "::/129", "9.9.9.9-1.1.1.1", "1.1.1.1-::1",
        ])
    func noElements(text: String) {
        #expect(throws: InvalidValue.self) { try AddressRange(text) }
    }

    @Test("Numbers have their ranges")
    func numbers() throws {
        #expect(try Weight(1_000_000).value == 1_000_000)
        #expect(throws: InvalidValue.self) { try Weight(0) }
        #expect(throws: InvalidValue.self) { try Weight(1_000_001) }
        #expect(try Mark(0x07FF_FFFF).value == 0x07FF_FFFF)
        #expect(throws: InvalidValue.self) { try Mark(0x0800_0000) }
        #expect(try QueueNumber(-1) == .none)
        #expect(throws: InvalidValue.self) { try QueueNumber(UInt64.max) }
    }

    @Test("Paths are escaped as in RFC 6901", arguments: ["", "/farms", "/farms/a~1b~0/backends/", "/farms/ñ"])
    func paths(text: String) throws {
        #expect(try ObjectPath(parsing: text).description == text)
    }

    @Test("A slash alone is the root, and what is no path is refused")
    func noPaths() throws {
        #expect(try ObjectPath(parsing: "/") == .root)
        #expect(try ObjectPath(parsing: "/a~1~0").components == ["a/~"])
        for text in ["farms", "/a~", "/a~2"] {
            #expect(throws: InvalidValue.self) { try ObjectPath(parsing: text) }
        }
    }
}
