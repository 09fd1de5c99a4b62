// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import LegacyDialect
import Testing

@Suite("What a body asks for")
struct RequestTests {
    static func read(_ body: String) throws -> LegacyRequest { try LegacyRequest(body: Array(body.utf8)) }

    static func changes(_ body: String, _ farms: String = "[]", addresses: [Address] = []) throws -> [String] {
        let request = try read(body)
        let known = try JSONValue(parsing: Array(farms.utf8)).array ?? []
        let knowledge = Knowledge(
            farms: try known.map { try Farm(document: try #require($0.object)) }, addresses: addresses,
            lookups: request.lookupsAfterRefusal)
        return try request.changes(knowing: knowledge).map(\.json.text)
    }

    static let bodies: [(body: String, changes: [String])] = [
        ("{}", []),
        ("[]", []),
        (#"{"farms":[]}"#, []),
        (#"{"farms":5,"policies":null,"addresses":false}"#, []),
        // Objects of one name are one; what comes later counts.
        (
            #"{"farms":[{"name":"a","mode":"dnat"},{"name":"b"},{"name":"a","mode":"snat","state":"off"}]}"#,
            [#"{"set":{"farms":[{"name":"a","mode":"snat","state":"off"},{"name":"b"}]}}"#]
        ),
        // The name may come twice, the last one counts; later attributes go to whoever was named last.
        (
            #"{"farms":[{"name":"a"},{"mode":"dnat"},{"name":"x","name":"b","persist-ttl":"ahg"}]}"#,
            [#"{"set":{"farms":[{"name":"a","mode":"dnat"},{"name":"b","persist-ttl":0}]}}"#]
        ),
        // Attributes of other objects are passed over, orders that do nothing too.
        (
            #"{"farms":[{"name":"a","weight":"9","used":"3","action":"reload","priority":"4","state":"config_error"}]}"#,
            [#"{"set":{"farms":[{"name":"a"}]}}"#]
        ),
        // Values that are no strings are taken; null is not.
        (
            #"{"farms":[{"name":"a","persist-ttl":5,"intra-connect":true,"tcp-strict":false,"mode":null}]}"#,
            [#"{"set":{"farms":[{"name":"a","persist-ttl":5,"intra-connect":true,"tcp-strict":false}]}}"#]
        ),
        (
            #"{"policies":[{"name":"p","type":"whitelist","elements":[{"data":"10.1.2.3/8"},{"data":"10.0.0.0/8"},{"data":"1.2.3.4/32","counter-packets":"1"}]}]}"#,
            [
                #"{"set":{"policies":[{"name":"p","type":"whitelist","elements":[{"data":"10.0.0.0/8"},{"data":"1.2.3.4"}]}]}}"#
            ]
        ),
        (
            #"{"addresses":[{"name":"x","ip-addr":"192.0.2.1","ports":"80-81,90","used":"1","policies":[{"name":"p"}]}]}"#,
            [
                #"{"set":{"addresses":[{"name":"x","ip-addr":"192.0.2.1","ports":["80-81",90],"policies":[{"name":"p"}]}]}}"#
            ]
        ),
        // A renamed object goes on under its new name.
        (
            #"{"farms":[{"name":"a","state":"off","newname":"b","mode":"dnat"},{"name":"a","mode":"snat"}]}"#,
            [
                #"{"set":{"farms":[{"name":"a","state":"off"}]}}"#, #"{"rename":"/farms/a","to":"b"}"#,
                #"{"set":{"farms":[{"name":"b","mode":"dnat"},{"name":"a","mode":"snat"}]}}"#,
            ]
        ),
        (
            #"{"farms":[{"name":"a","backends":[{"name":"x","newname":"y","weight":"2"}]}]}"#,
            [
                #"{"set":{"farms":[{"name":"a","backends":[{"name":"x","state":"incomplete"}]}]}}"#,
                #"{"rename":"/farms/a/backends/x","to":"y"}"#,
                #"{"set":{"farms":[{"name":"a","backends":[{"name":"y","weight":2}]}]}}"#,
            ]
        ),
        // The name that it has is no other.
        (
            #"{"farms":[{"name":"a","newname":"a","mode":"dnat","backends":[{"name":"x","newname":"x","weight":"2"}]}]}"#,
            [
                #"{"set":{"farms":[{"name":"a","mode":"dnat","backends":[{"name":"x","weight":2,"state":"incomplete"}]}]}}"#
            ]
        ),
        // The old attributes of the first address, and addresses.
        (
            #"{"farms":[{"name":"a","virtual-addr":"192.0.2.1","virtual-ports":"80","addresses":[{"name":"x"}]}]}"#,
            [
                #"{"set":{"farms":[{"name":"a","virtual-addr":"192.0.2.1","virtual-ports":[80]}]}}"#,
                #"{"set":{"farms":[{"name":"a","addresses":[{"name":"x"}]}]}}"#,
            ]
        ),
        (
            #"{"farms":[{"name":"a","addresses":[{"name":"x"}],"virtual-addr":"192.0.2.1"}]}"#,
            [
                #"{"set":{"farms":[{"name":"a","addresses":[{"name":"x"}]}]}}"#,
                #"{"set":{"farms":[{"name":"a","virtual-addr":"192.0.2.1"}]}}"#,
            ]
        ),
        (
            #"{"farms":[{"name":"a","family":"ipv4","virtual-addr":"192.0.2.1","virtual-ports":"80","protocol":"tcp","addresses":[{"name":"x","family":"ipv4","ip-addr":"192.0.2.1","ports":"80","protocol":"tcp","used":"1"}]}]}"#,
            [
                #"{"set":{"farms":[{"name":"a","addresses":[{"name":"x","family":"ipv4","ip-addr":"192.0.2.1","ports":[80],"protocol":"tcp"}]}]}}"#
            ]
        ),
        // Port 0 changes nothing.
        (#"{"farms":[{"name":"a","virtual-ports":"0"}]}"#, [#"{"set":{"farms":[{"name":"a"}]}}"#]),
        // Another scheduler forgets the fields of the hash.
        (
            #"{"farms":[{"name":"a","sched-param":"srcip","scheduler":"rr"},{"name":"b","scheduler":"hash"}]}"#,
            [#"{"set":{"farms":[{"name":"a","sched-param":[],"scheduler":"rr"},{"name":"b","scheduler":"hash"}]}}"#]
        ),
    ]

    @Test("In the native dialect", arguments: bodies)
    func translated(body: String, changes: [String]) throws {
        #expect(try Self.changes(body) == changes)
    }

    static let standing = #"""
        [{"name":"a","virtual-addr":"192.0.2.9","virtual-ports":[80],"backends":[{"name":"x","ip-addr":"192.0.2.1"},{"name":"y","state":"incomplete"},{"name":"z","ip-addr":"192.0.2.2","state":"incomplete"},{"name":"o","ip-addr":"","state":"off"}]}]
        """#

    /// A backend that is posted to the farm above, and what becomes of it.
    static let backends: [(backend: String, native: String)] = [
        (#"{"name":"x","weight":"2"}"#, #"{"name":"x","weight":2}"#),
        (#"{"name":"x","ip-addr":"192.0.2.7"}"#, #"{"name":"x","ip-addr":"192.0.2.7"}"#),
        (#"{"name":"x","state":"available"}"#, #"{"name":"x","state":"up"}"#),
        (#"{"name":"new","ip-addr":"192.0.2.7"}"#, #"{"name":"new","ip-addr":"192.0.2.7","state":"incomplete"}"#),
        (#"{"name":"new","state":"up"}"#, #"{"name":"new","state":"incomplete"}"#),
        (#"{"name":"new","state":"up","ip-addr":"::1"}"#, #"{"name":"new","state":"up","ip-addr":"::1"}"#),
        (#"{"name":"y","state":"up"}"#, #"{"name":"y","state":"incomplete"}"#),
        (#"{"name":"y","state":"down"}"#, #"{"name":"y","state":"down"}"#),
        // Who was put out of service before the address came stays so.
        (#"{"name":"new","state":"down"}"#, #"{"name":"new","state":"down","ip-addr":""}"#),
        (#"{"name":"o","ip-addr":"192.0.2.7"}"#, #"{"name":"o","ip-addr":"192.0.2.7"}"#),
        (#"{"name":"o","weight":"2"}"#, #"{"name":"o","weight":2}"#),
        (#"{"name":"o","state":"up"}"#, #"{"name":"o","state":"incomplete"}"#),
        (#"{"name":"y","ip-addr":"192.0.2.7"}"#, #"{"name":"y","ip-addr":"192.0.2.7","state":"up"}"#),
        (
            #"{"name":"y","ip-addr":"192.0.2.7","state":"off"}"#,
            #"{"name":"y","ip-addr":"192.0.2.7","state":"off"}"#
        ),
        (#"{"name":"z","state":"config_error"}"#, #"{"name":"z","state":"up"}"#),
        (#"{"name":"z","port":""}"#, #"{"name":"z","port":null}"#),
        (#"{"name":"x","mark":"0x0"}"#, #"{"name":"x"}"#),
        (#"{"name":"x","mark":"1f"}"#, #"{"name":"x","mark":31}"#),
        (#"{"name":"x","state":"incomplete"}"#, #"{"name":"x","state":"up"}"#),
    ]

    @Test("Backends are aside until somebody says up, and until they have an address", arguments: backends)
    func backend(backend: String, native: String) throws {
        let body = #"{"farms":[{"name":"a","backends":[\#(backend)]}]}"#
        let wanted = #"{"set":{"farms":[{"name":"a","backends":[\#(native)]}]}}"#
        #expect(try Self.changes(body, Self.standing) == [wanted])
    }

    @Test("Another persistence forgets the sessions")
    func persistence() throws {
        var farm = try Farm(
            document: ["name": "a", "backends": [["name": "x", "ip-addr": "192.0.2.1"]]])
        farm.options.persistence = [.srcip]
        farm.sessions = [Session(client: try SessionClient("192.0.2.7"))]
        func changes(_ persistence: String) throws -> [String] {
            let request = try Self.read(#"{"farms":[{"name":"a","persistence":"\#(persistence)"}]}"#)
            let knowledge = Knowledge(farms: [farm], addresses: [], lookups: request.lookups)
            return try request.changes(knowing: knowledge).map(\.json.text)
        }
        #expect(try changes("srcip").count == 1)
        #expect(try changes("srcip srcport").first == #"{"delete":"/farms/a/sessions"}"#)
    }

    static let needs: [(body: String, lookups: Set<String>)] = [
        (#"{"farms":[{"name":"a","mode":"dnat","backends":[{"name":"x","state":"down"}]}]}"#, []),
        (#"{"farms":[{"name":"a","backends":[{"name":"x","weight":"2"}]}]}"#, []),
        (#"{"farms":[{"name":"a","backends":[{"name":"x","ip-addr":"::1"}]}]}"#, ["farm a"]),
        (
            #"{"farms":[{"name":"a","virtual-addr":"192.0.2.1","virtual-ports":"80"}]}"#,
            ["farm a", "address a-addr", "farms with a-addr"]
        ),
        (#"{"farms":[{"name":"a","persistence":"none"}]}"#, ["farm a"]),
        (#"{"farms":[{"name":"a","scheduler":"hash","sched-param":"dstip"}]}"#, []),
        (#"{"farms":[{"name":"a","scheduler":"hash","sched-param":"srcip "}]}"#, ["farm a"]),
        (#"{"farms":[{"name":"a","backends":[{"name":"x","mark":"0x1"}]}]}"#, ["farm a", "marks of a"]),
        (#"{"farms":[{"name":"a","backends":[{"name":"x","mark":"0x0"}]}]}"#, []),
        (
            #"{"farms":[{"name":"a","newname":"b","addresses":[{"name":"x"}]}]}"#,
            [
                "farm a", "address x", "farms with x", "address b-addr", "farms with b-addr", "address b-addr-0",
                "farms with b-addr-0", "address b-addr-1", "farms with b-addr-1", "address b-addr-2",
                "farms with b-addr-2",
            ]
        ),
        (#"{"policies":[{"name":"p","elements":[{"data":"::1"}]}]}"#, []),
        (#"{"addresses":[{"name":"x"}]}"#, ["address x", "farms with x"]),
    ]

    @Test("The usual requests need to know nothing", arguments: needs)
    func lookups(body: String, lookups: Set<String>) throws {
        let found = try Self.read(body).lookups.map { lookup in
            switch lookup {
            case .farm(let name): "farm \(name)"
            case .address(let name): "address \(name)"
            case .farmsWithAddress(let name): "farms with \(name)"
            case .usersOfPolicy(let name): "users of \(name)"
            case .policy(let name): "policy \(name)"
            case .marks(let name): "marks of \(name)"
            }
        }
        #expect(Set(found) == lookups)
    }
}
