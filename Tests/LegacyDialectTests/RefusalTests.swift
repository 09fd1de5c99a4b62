// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import LegacyDialect
import Testing

@Suite("What the C program answers with an error")
struct RefusalTests {
    static let farms: [(farm: JSONObject, path: String, reason: String)] = [
        (["colour": "red"], "colour", "Unknown key 'colour'"),
        (["persist-ttl": "-1"], "persist-ttl", "Invalid value of key 'persist-ttl' must be >=0"),
        (["queue": "-2"], "queue", "Invalid value of key 'queue' must be >=-1"),
        (["priority": "0"], "priority", "Invalid value of key 'priority' must be >=1"),
        (["limits-ttl": "4294967295"], "limits-ttl", "Invalid value of key 'limits-ttl' must be >=0"),
        (["log-rtlimit": "10/hours"], "log-rtlimit", "Parsing unknown value '10/hours' in 'log-rtlimit'"),
        (["log-rtlimit": "-1"], "log-rtlimit", "Invalid value of key 'log-rtlimit' must be >=0"),
        (["new-rtlimit": "many"], "new-rtlimit", "Parsing unknown value 'many' in 'new-rtlimit'"),
        (["verdict": "none"], "verdict", "Parsing unknown value 'none' in 'verdict'"),
        (["virtual-ports": "http"], "virtual-ports", "'http' is neither a port nor a range of ports"),
        (["virtual-ports": "1-2-3"], "virtual-ports", "'1-2-3' is neither a port nor a range of ports"),
        (["virtual-ports": "9-1"], "virtual-ports", "'9-1' leaves no port"),
        (["backends": [["name": "b", "ip-addr": ""]]], "backends/b/ip-addr", "Key 'ip-addr' cannot be empty"),
        (
            ["backends": [["name": "b", "weight": "0"]]], "backends/b/weight",
            "Invalid value of key 'weight' must be >=1"
        ),
        (["backends": [["name": "b", "port": "http"]]], "backends/b/port", "'http' is not the number of a port"),
        (["backends": [["name": "b", "\u{1b}[2J": ""]]], "backends/b/\u{1b}[2J", "Unknown key '?[2J'"),
        (
            ["backends": [["weight": "none", "name": "x"]]], "backends/x/weight",
            "Invalid value of key 'weight' must be >=1"
        ),
        (["backends": [["mode": "snat"], "b"]], "backends/1", "expected an object, found a string"),
        (["backends": ["name": "b"]], "backends", "expected an array, found an object"),
        (["elements": []], "elements", "'elements' does not belong here"),
        (["addresses": [["name": "x", "weight": "1"]]], "addresses/x/weight", "'weight' does not belong here"),
        (["sessions": [["client": "x", "mode": "1"]]], "sessions/x/mode", "'mode' does not belong here"),
        (["policies": [["name": "x", "type": "1"]]], "policies/x/type", "'type' does not belong here"),
    ]

    @Test("In a farm, with the place", arguments: farms)
    func refused(farm: JSONObject, path: String, reason: String) throws {
        var named: JSONObject = ["name": "f"]
        for (key, value) in farm { named.append(key, value) }
        let document: JSONValue = ["farms": [.object(named)]]
        let error = try #require(throws: BalancerError.self) { try Dialect.translate(document) }
        #expect(error.kind == .invalid)
        #expect(error.path == ObjectPath(["farms", "f"] + path.split(separator: "/").map(String.init)))
        #expect(error.reason == reason)
    }

    @Test(
        "At the top",
        arguments: [
            (["x": []], "/x", "Unknown key 'x'"), (["backends": []], "/backends", "'backends' does not belong here"),
            (["farms": "x"], "/farms", "expected an array, found a string"),
            ([], "", "expected an object, found an array"),
        ] as [(JSONValue, String, String)])
    func top(document: JSONValue, path: String, reason: String) throws {
        let error = try #require(throws: BalancerError.self) { try Dialect.translate(document) }
        #expect(error.path?.description == path)
        #expect(error.reason == reason)
    }

    @Test("Texts that are not JSON, with line and column")
    func notJSON() throws {
        let error = try #require(throws: BalancerError.self) { try Dialect.read(Array("{\n \"farms\": }".utf8)) }
        #expect(error.reason == "not JSON: line 2, column 11: '}' cannot stand here")
        let list = try #require(throws: BalancerError.self) { try Dialect.read(Array("[]".utf8)) }
        #expect(list.reason == "expected an object, found an array")
    }

    @Test("The last of equal keys counts in a legacy text; a native one is refused")
    func duplicates() throws {
        let legacy = try Dialect.read(Array(#"{"farms":[{"name":"y","name":"w","mark":"1","mark":"2"}]}"#.utf8))
        #expect(legacy.document == ["farms": [["name": "w", "mark": 2]]])
        let native = Array(#"{"farms":[{"name":"y","mark":1,"mark":2}]}"#.utf8)
        let error = try #require(throws: BalancerError.self) { try Dialect.read(native) }
        #expect(error.reason == "not JSON: line 1, column 32: the key \"mark\" comes twice")
        let broken = Array(#"{"farms":[{"mark":"1","mark":"2"}}"#.utf8)
        #expect(throws: BalancerError.self) { try Dialect.read(broken) }
    }
}
