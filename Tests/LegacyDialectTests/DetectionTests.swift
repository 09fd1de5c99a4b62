// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import LegacyDialect
import Testing

@Suite("Which dialect")
struct DetectionTests {
    static let native: [JSONObject] = [
        [:],
        ["farms": []],
        ["farms": [["name": "a", "mode": "snat", "log-rtlimit": "5/second", "helper": "none"]]],
        ["farms": [["name": "a", "persist-ttl": 60]]],
        ["farms": [["name": "a", "addresses": [["name": "b", "ports": [80, "90-99"]]]]]],
        ["farms": [["name": "a", "backends": [["name": "b", "port": nil]]]]],
        ["farms": [["name": "a", "backends": [["name": "b", "state": "up"]]]]],
        // Keys that nobody knows say nothing, nor do values of a third type.
        ["farms": [["name": "a", "wait": "5", "mark": [1], "log": true]], "unknown": [["weight": "1"]]],
        ["farms": "1", "policies": [1, "2"]],
    ]

    @Test("Native, when no number, boolean or array is a string", arguments: native)
    func isNative(document: JSONObject) throws {
        #expect(try Dialect.detect(document) == .native)
    }

    static let legacy: [JSONObject] = [
        ["farms": [["name": "a", "persist-ttl": "60"]]],
        ["farms": [["name": "a", "persist-ttl": ""]]],
        ["farms": [["name": "a", "tcp-strict": "off"]]],
        ["farms": [["name": "a", "sched-param": "none"]]],
        ["farms": [["name": "a", "virtual-ports": "80"]]],
        ["farms": [["name": "a", "addresses": [["name": "b", "ports": "80"]], "backends": []]]],
        ["farms": [["name": "a", "backends": [["name": "b", "port": "80"]], "sessions": [], "policies": []]]],
        ["policies": [["name": "a", "timeout": "0", "elements": [["data": "10.0.0.1"]]]]],
        ["addresses": [["name": "a", "verdict": "log"]]],
    ]

    @Test("Legacy, when one is and none has its type", arguments: legacy)
    func isLegacy(document: JSONObject) throws {
        #expect(try Dialect.detect(document) == .legacy)
    }

    @Test("Both in one document are refused, naming both places")
    func mixed() throws {
        let document: JSONObject = [
            "farms": [
                ["name": "a/b", "persist-ttl": 60, "backends": [["name": "x", "weight": 1]]],
                ["name": "web", "backends": [["ip-addr": "::1", "weight": "5"]]],
            ]
        ]
        let error = try #require(throws: BalancerError.self) { try Dialect.detect(document) }
        #expect(error.kind == .invalid)
        #expect(error.path?.description == "/farms/web/backends/0/weight")
        #expect(error.reason.contains("/farms/a~1b/persist-ttl"))
    }
}
