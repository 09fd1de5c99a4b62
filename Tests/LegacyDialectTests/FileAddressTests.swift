// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import LegacyDialect
import Testing

@Suite("Addresses in a file")
struct FileAddressTests {
    /// Farms with addresses of their own and others', with a list each, as they are printed.
    static let printed = #"""
        "policies": [{"name": "p", "type": "blacklist", "family": "ipv4", "elements": [{"data": "10.0.0.0/8"}]}],
        "addresses": [
            {"name": "N", "family": "ipv4", "ip-addr": "10.1.0.50", "ports": "80", "protocol": "tcp", "verdict": "drop",
             "log-prefix": "N ", "log-rtlimit": "0/second", "used": "2", "policies": [{"name": "p"}]},
            {"name": "z-addr", "family": "ipv6", "ip-addr": "fd00::7", "ports": "", "protocol": "all",
             "verdict": "log drop accept", "used": "1", "policies": []}
        ],
        "farms": [
            {"name": "x", "family": "ipv4", "virtual-addr": "10.1.0.50", "virtual-ports": "80", "protocol": "tcp",
             "addresses": [{"name": "N", "family": "ipv4", "ip-addr": "10.1.0.50", "ports": "80", "protocol": "tcp"}]},
            {"name": "y", "family": "ipv4", "virtual-addr": "10.1.0.50", "virtual-ports": "80", "protocol": "tcp",
             "state": "off",
             "addresses": [{"name": "N", "family": "ipv4", "ip-addr": "10.1.0.50", "ports": "80", "protocol": "tcp"}]},
            {"name": "z", "family": "ipv6", "virtual-addr": "fd00::7", "virtual-ports": "", "protocol": "all",
             "addresses": [{"name": "z-addr", "family": "ipv6", "ip-addr": "fd00::7", "ports": "", "protocol": "all"}],
             "policies": [{"name": "p"}]}
        ]
        """#

    static let files = [
        // Two farms with one address, named before or after it is made.
        #"{"farms":[{"name":"x","state":"off","addresses":[{"name":"N","family":"ipv4","ip-addr":"10.1.0.50","ports":"80","protocol":"tcp"}]},{"name":"y","state":"up","addresses":[{"name":"N"}],"backends":[{"name":"b","ip-addr":"10.2.0.2","state":"up"}]}]}"#,
        #"{"farms":[{"name":"y","addresses":[{"name":"N"}]},{"name":"x","state":"off","addresses":[{"name":"N","ip-addr":"10.1.0.50","ports":"80"}]}]}"#,
        "{\(printed)}",
        // Made outside of farms, and said more of in one.
        #"{"addresses":[{"name":"v","ip-addr":"192.0.2.1"}],"farms":[{"name":"a","addresses":[{"name":"v","ports":"53"}]},{"name":"b","state":"off","addresses":[{"name":"own","ports":"1"},{"name":"v","protocol":"udp"}]}]}"#,
        // Said more of behind the farm that has it; with a list it stands outside.
        #"{"farms":[{"name":"a","addresses":[{"name":"v","ip-addr":"192.0.2.1","ports":"80"}]}],"addresses":[{"name":"v","ports":""},{"name":"w","ports":"7"}]}"#,
        #"{"policies":[{"name":"p","type":"blacklist"}],"farms":[{"name":"a","virtual-addr":"192.0.2.1","virtual-ports":"80"}],"addresses":[{"name":"a-addr","policies":[{"name":"p"}]}]}"#,
        // With a guard of its own it stands outside, with that of all it does not.
        #"{"farms":[{"name":"a","addresses":[{"name":"v","ip-addr":"192.0.2.1","ports":"80","verdict":"log","log-prefix":"V "},{"name":"w","ip-addr":"192.0.2.2","ports":"80","verdict":"log drop accept"}]}]}"#,
        // The old attributes: of an address that others have, beside a list, before and behind it, and with an interface.
        #"{"farms":[{"name":"t","virtual-ports":"53","protocol":"udp"},{"name":"s","state":"off","addresses":[{"name":"t-addr"}]}]}"#,
        #"{"addresses":[{"name":"t-addr","ip-addr":"192.0.2.8"}],"farms":[{"name":"t","virtual-ports":"53"}]}"#,
        #"{"farms":[{"name":"t","virtual-addr":"192.0.2.8","virtual-ports":"53","addresses":[{"name":"v","ip-addr":"192.0.2.9","ports":"54"}]}]}"#,
        #"{"farms":[{"name":"t","addresses":[{"name":"v","ip-addr":"192.0.2.9"}],"virtual-ports":"55"}]}"#,
        #"{"farms":[{"name":"t","iface":"eth0","addresses":[{"name":"v","ip-addr":"192.0.2.9","ports":"1"}]}]}"#,
        #"{"farms":[{"name":"t","virtual-ports":"1","addresses":[]},{"name":"u","addresses":[]}],"addresses":[]}"#,
    ]

    private static func configuration(_ changes: [Change]) throws -> Configuration {
        var draft = Draft(on: Configuration())
        try draft.apply(changes)
        var configuration = Configuration()
        configuration.merge(draft.delta)
        return configuration
    }

    @Test("Are the objects that the same body makes of an empty balancer", arguments: files)
    func posted(file: String) throws {
        let imported = try Dialect.read(Array(file.utf8))
        #expect(imported.dialect == .legacy)
        let request = try LegacyRequest(body: Array(file.utf8))
        let knowledge = Knowledge(farms: [], addresses: [], lookups: request.lookupsAfterRefusal)
        let posted = try Self.configuration(try request.changes(knowing: knowledge))
        let read = try Self.configuration(imported.changes)
        #expect(read.json().text == posted.json().text)
        #expect(read == posted)
        // As a whole configuration, and twice.
        let replacement = try imported.replacement()
        #expect(try Configuration(json: .object(replacement)) == posted)
        var draft = Draft(on: read)
        try draft.apply(imported.changes)
        #expect(draft.delta.isEmpty)
    }

    @Test("Are that of random bodies, too, or both are refused", arguments: 0..<10)
    func random(seed: UInt64) throws {
        var random = SeededGenerator(state: seed)
        for _ in 0..<100 {
            let file = Self.randomFile(&random)
            let request = try LegacyRequest(body: file.serialized())
            let knowledge = Knowledge(farms: [], addresses: [], lookups: request.lookupsAfterRefusal)
            let posted = try? Self.configuration(try request.changes(knowing: knowledge))
            let read = try? Self.configuration(try Dialect.translate(file).changes)
            #expect(read?.json().text == posted?.json().text, "\(file.text)")
        }
    }

    /// Farms and addresses that name each other's.
    private static func randomFile(_ random: inout SeededGenerator) -> JSONValue {
        func said(_ choices: [(key: String, values: [JSONValue])], _ random: inout SeededGenerator) -> JSONObject {
            let some = choices.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
            return JSONObject(some.map { (key: $0.key, value: $0.values.randomElement(using: &random) ?? "") })
        }
        func addresses(_ more: [(key: String, values: [JSONValue])], _ random: inout SeededGenerator) -> JSONValue {
            let names = ["v", "w", "a-addr", "b-addr"].shuffled(using: &random).prefix(
                Int.random(in: 0..<3, using: &random))
            let choices: [(key: String, values: [JSONValue])] = [
                ("ip-addr", ["192.0.2.1", "192.0.2.2", "192.0.2.3"]), ("ports", ["80", "81,90", ""]),
                ("protocol", ["udp"]), ("verdict", ["log", "log drop accept"]), ("iface", ["eth0"]),
            ]
            return .array(
                names.map { name in
                    var address: JSONObject = ["name": .string(name)]
                    for (key, value) in said(choices + more, &random) { address[key] = value }
                    return .object(address)
                })
        }
        let farms = ["a", "b", "c"].map { name in
            var farm: JSONObject = ["name": .string(name), "state": "off"]
            let aliases: [(key: String, values: [JSONValue])] = [
                ("virtual-addr", ["192.0.2.1", "192.0.2.4"]), ("virtual-ports", ["80", "82", ""]), ("iface", ["eth1"]),
            ]
            let list = addresses([], &random)
            let isListFirst = Bool.random(using: &random)
            if isListFirst { farm["addresses"] = list }
            for (key, value) in said(aliases, &random) { farm[key] = value }
            if !isListFirst { farm["addresses"] = list }
            return JSONValue.object(farm)
        }
        let outside = addresses([("policies", [[["name": "p"]]])], &random)
        let lists: [(key: String, value: JSONValue)] = [
            ("policies", [["name": "p", "type": "blacklist"]]), ("farms", .array(farms)), ("addresses", outside),
        ]
        return .object(JSONObject(lists.shuffled(using: &random)))
    }

    @Test("One that two farms have is that of both")
    func shared() throws {
        let read = try Self.configuration(try Dialect.read(Array(Self.files[0].utf8)).changes)
        #expect(read.addresses.map(\.name.text) == ["N"])
        for farm in read.farms { #expect(farm.services.map(\.description) == ["tcp 10.1.0.50 port 80"]) }
        #expect(read.farms.map(\.addresses.first?.isReference) == [true, true])
    }

    @Test("What is no address is refused with its place")
    func refused() throws {
        let file = #"{"farms":[{"name":"a","mark":"1","addresses":[{"name":"it's"}]}],"addresses":[{"name":""}]}"#
        let error = try #require(throws: BalancerError.self) {
            try Configuration(json: .object(try Dialect.read(Array(file.utf8)).document))
        }
        #expect(error.path != nil)
    }
}
