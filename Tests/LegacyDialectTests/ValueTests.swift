// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import LegacyDialect
import Testing

@Suite("Values as the C program reads them")
struct ValueTests {
    /// What one attribute of a farm becomes; nil: it is left out.
    private func farm(_ key: String, _ value: JSONValue) throws -> (value: JSONValue?, warnings: [String]) {
        let farm: JSONObject = [key: value]
        let imported = try Dialect.translate(["farms": [.object(farm)]])
        return (imported.document["farms"]?[0]?[key], imported.warnings)
    }

    static let integers: [(text: String, number: Int64)] = [
        ("", 0), ("0", 0), ("60", 60), ("ahg", 0), (" \t\n42abc", 42), ("+7", 7), ("1e3", 1), ("007", 7), ("0x10", 0),
        ("4294967296", 0), ("4294967300", 4), ("2147483647", 2_147_483_647), ("-4294967295", 1), ("-0", 0), ("١", 0),
        ("-99999999999999999999", 0),
    ]

    @Test("Integers by atoi", arguments: integers)
    func atoi(text: String, number: Int64) throws {
        #expect(try farm("persist-ttl", .string(text)).value == .integer(number))
    }

    static let marks: [(text: String, mark: Int64?)] = [
        ("0x0", 0), ("10", 16), ("0x10", 16), ("0XfF", 255), ("", 0), ("zz", 0), ("1fffffffz", 0x1fff_ffff),
        ("80000000", nil), ("ffffffffffffffffff", nil), ("100000001", 1), ("-1", nil), ("0x", 0),
    ]

    @Test("Marks by base 16", arguments: marks)
    func mark(text: String, mark: Int64?) throws {
        #expect(try farm("mark", .string(text)).value == mark.map { .integer($0) })
    }

    @Test(
        "Marks of backends, of which none is no change",
        arguments: [
            ("0x0", nil, 0), ("10", 16, 0), ("0xfff", 4095, 0), ("0x1000", 4096, 0), ("", nil, 0),
            ("7ffffff", 0x07ff_ffff, 0), ("8000000", nil, 1), ("80000001", nil, 1),
        ] as [(String, Int64?, Int)])
    func backendMark(text: String, mark: Int64?, warnings: Int) throws {
        let backend: JSONObject = ["name": "b", "mark": .string(text)]
        let imported = try Dialect.translate(["farms": [["name": "f", "backends": [.object(backend)]]]])
        #expect(imported.document["farms"]?[0]?["backends"]?[0]?["mark"] == mark.map { .integer($0) })
        #expect(imported.warnings.count == warnings)
    }

    static let words: [(text: String, words: [JSONValue])] = [
        ("none", []), ("srcip", ["srcip"]), ("srcip srcport ", ["srcip", "srcport"]),
        ("srcport,srcip", ["srcip", "srcport"]), ("xsrcipx", ["srcip"]), ("srcip none", []),
        ("dstmacsrcmacdstportsrcportdstipsrcip", ["srcip", "dstip", "srcport", "dstport", "srcmac", "dstmac"]),
    ]

    @Test("Words wherever they stand", arguments: words)
    func wordsFound(text: String, words: [JSONValue]) throws {
        let (value, warnings) = try farm("persistence", .string(text))
        #expect(value == .array(words))
        #expect(warnings.isEmpty)
    }

    static let others: [(key: String, text: String, value: JSONValue)] = [
        ("tcp-strict", "on", true), ("tcp-strict", "On", false), ("tcp-strict", "true", false),
        ("tcp-strict", "", false),
        ("new-rtlimit", "", "0/second"), ("new-rtlimit", "05", "0/second"), ("new-rtlimit", "10", "10/second"),
        ("new-rtlimit", "10/week", "10/week"), ("new-rtlimit", "10x/day", "10/day"),
        ("log", "output,input", ["input", "output"]), ("verdict", "accept|log", ["log", "accept"]),
        ("virtual-ports", "", []), ("virtual-ports", "80", [80]), ("virtual-ports", "80, 90 ,7-7", [80, 90, 7]),
        ("virtual-ports", "0080-0090", ["80-90"]), ("virtual-ports", "70000", [70000]), ("virtual-ports", "9-1,5", [5]),
        ("iface", "eth0:1", "eth0"), ("iface", "", ""), ("source-addr", "", ""),
        ("virtual-addr", "not-an-ip", "not-an-ip"),
        ("log-prefix", "a b ", "a b "), ("family", "inet", "inet"), ("fqdn", "x.example", "x.example"),
    ]

    @Test("Other types", arguments: others)
    func other(key: String, text: String, value: JSONValue) throws {
        #expect(try farm(key, .string(text)).value == value)
    }

    static let unknown: [(key: String, value: String, sentence: String)] = [
        ("family", "ipv4", "Parsing unknown value 'X' in 'family', using default 'ipv4'"),
        ("mode", "snat", "Parsing unknown value 'X' in 'mode', using default 'snat'"),
        ("protocol", "tcp", "Parsing unknown value 'X' in 'protocol', using default 'tcp'"),
        ("scheduler", "rr", "Parsing unknown value 'X' in 'scheduler', using default 'rr'"),
        ("helper", "none", "Parsing unknown value 'X' in 'helper', using default 'none'"),
        ("state", "up", "Parsing unknown value 'X' in 'state', using default 'up'"),
    ]

    @Test("Unknown words are the default, with that program's sentence", arguments: unknown)
    func unknownWords(key: String, value: String, sentence: String) throws {
        let (found, warnings) = try farm(key, "X")
        #expect(found == .string(value))
        #expect(warnings == [sentence])
    }

    @Test("What is only printed, or no string, is left out", arguments: ["used", "action", "priority"])
    func leftOut(key: String) throws {
        #expect(try farm(key, "1").value == nil)
    }

    @Test("What is no string is ignored, and said", arguments: [nil, true, 5, []] as [JSONValue])
    func noString(value: JSONValue) throws {
        let (found, warnings) = try farm("mode", value)
        #expect(found == nil)
        #expect(warnings == ["The value of /farms/0/mode is no string and was ignored"])
    }

    @Test("Warnings are said once each, and end")
    func warnings() throws {
        let many = (0..<1000).map { JSONValue.object(["name": "\($0)", "mode": "mode \($0 / 2)"]) }
        let sentences = try Dialect.translate(["farms": .array(many)]).warnings
        #expect(sentences.count == 101)
        #expect(sentences[1] == "Parsing unknown value 'mode 1' in 'mode', using default 'snat'")
        let long = try farm("mode", .string(String(repeating: "x", count: 5000) + "\u{7}")).warnings
        #expect(long[0].utf8.count < 400)
    }

    @Test("Old attributes in front of other addresses are an address of the farm's name")
    func aliases() throws {
        let document: JSONValue = [
            "farms": [
                [
                    "name": "f", "virtual-addr": "192.0.2.1",
                    "addresses": [["name": "a", "ip-addr": "192.0.2.2", "ports": "1"]],
                ]
            ]
        ]
        let translated = try Dialect.translate(document).document
        let farm = try #require(try Configuration(json: .object(translated)).farms.first { _ in true })
        #expect(farm.addresses.map(\.name.text) == ["f-addr", "a"])
        #expect(farm.addresses.map(\.address?.description) == ["192.0.2.1", "192.0.2.2"])
    }
}
