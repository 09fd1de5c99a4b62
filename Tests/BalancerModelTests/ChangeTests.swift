// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import Testing

@Suite("Change")
struct ChangeTests {
    @Test(
        "A change is read and written",
        arguments: [
            #"{"set":{"farms":[]}}"#, #"{"delete":"/farms/a~1b"}"#, #"{"rename":"/farms/a","to":"b"}"#,
        ])
    func reading(text source: String) throws {
        let change = try Change(json: try json(source), at: .root)
        #expect(text(change.json) == source)
    }

    @Test(
        "What is no change",
        arguments: [
            ("[]", "/changes/0"), ("{}", "/changes/0"), (#"{"set": []}"#, "/changes/0/set"),
            (#"{"delete": "x"}"#, "/changes/0/delete"), (#"{"delete": 1}"#, "/changes/0/delete"),
            (#"{"rename": "/farms/a"}"#, "/changes/0"), (#"{"rename": "/farms/a", "to": "it's"}"#, "/changes/0/to"),
            (#"{"rename": "/farms/a", "to": null}"#, "/changes/0/to"), (#"{"drop": 1}"#, "/changes/0/drop"),
            (#"{"set": {}, "delete": "/farms"}"#, "/changes/0"),
        ])
    func noChange(source: String, path: String) throws {
        let place = try ObjectPath(parsing: "/changes/0")
        let json = try json(source)
        let error = try #require(throws: BalancerError.self) { try Change(json: json, at: place) }
        #expect(error.kind == .invalid)
        #expect(error.path?.description == path)
    }

    @Test(
        "State and weight need an operator, all else an administrator",
        arguments: [
            (#"{"set": {"farms": [{"name": "a", "state": "down"}]}}"#, .operator),
            (
                #"{"set": {"farms": [{"name": "a", "backends": [{"name": "b", "weight": 2, "state": "up"}]}]}}"#,
                .operator
            ),
            (#"{"set": {"farms": [{"name": "a", "mode": "snat"}]}}"#, .administrator),
            (#"{"set": {"farms": [{"name": "a", "backends": [{"name": "b", "port": 2}]}]}}"#, .administrator),
            (#"{"set": {"farms": [{"name": "a", "addresses": []}]}}"#, .operator),
            (#"{"set": {"farms": [{"name": "a", "unknown": 1}]}}"#, .administrator),
            (#"{"set": {"policies": []}}"#, .administrator),
            (#"{"delete": "/farms/a"}"#, .administrator),
            (#"{"rename": "/farms/a", "to": "b"}"#, .administrator),
        ] as [(String, Role)])
    func roles(source: String, role: Role) throws {
        #expect(try Change(json: try json(source), at: .root).requiredRole == role)
    }

    @Test("Replacing a configuration needs an administrator")
    func replacing() {
        #expect(Change.requiredRole(of: [:], mode: .replace) == .administrator)
        #expect(Change.requiredRole(of: [:], mode: .merge) == .operator)
    }
}
