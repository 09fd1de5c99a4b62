// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import LegacyDialect
import Testing

@Suite("What a body asks for of addresses")
struct AddressRequestTests {
    @Test("Ports that are taken away make it all protocols, unless one is named")
    func portsTakenAway() throws {
        let taken = try RequestTests.changes(#"{"farms":[{"name":"a","virtual-ports":""}]}"#, RequestTests.standing)
        #expect(taken == [#"{"set":{"farms":[{"name":"a","virtual-ports":[],"protocol":"all"}]}}"#])
        let named = try RequestTests.changes(
            #"{"farms":[{"name":"a","virtual-ports":"","protocol":"udp"}]}"#, RequestTests.standing)
        #expect(named == [#"{"set":{"farms":[{"name":"a","virtual-ports":[],"protocol":"udp"}]}}"#])
        let new = try RequestTests.changes(#"{"farms":[{"name":"b","virtual-ports":""}]}"#, RequestTests.standing)
        #expect(new == [#"{"set":{"farms":[{"name":"b","virtual-ports":[]}]}}"#])
        let listed = try RequestTests.changes(
            #"{"farms":[{"name":"a","addresses":[{"name":"a-addr","ports":""}]}]}"#, RequestTests.standing)
        #expect(
            listed == [
                #"{"set":{"farms":[{"name":"a","addresses":[{"name":"a-addr","ports":[],"protocol":"all"}]}]}}"#
            ])
    }

    /// What lets the address of the farm `s` stand outside.
    static let taken = [
        #"{"set":{"addresses":[{"name":"t-addr","family":"ipv4","ip-addr":"","ports":[53],"protocol":"tcp","iface":"","iether-addr":"","ether-addr":""}],"farms":[{"name":"s","addresses":[{"name":"t-addr","family":"ipv4","ip-addr":"","ports":[],"protocol":"tcp","iface":"","iether-addr":"","ether-addr":""}]}]}}"#
    ]

    static let shared: [(body: String, changes: [String])] = [
        // One that stands outside is referred to, and changed there.
        (
            #"{"farms":[{"name":"b","addresses":[{"name":"vip"},{"name":"own"}]}]}"#,
            [#"{"set":{"farms":[{"name":"b","addresses":[{"name":"vip"},{"name":"own"}]}]}}"#]
        ),
        (
            #"{"farms":[{"name":"b","addresses":[{"name":"vip","ports":"90"}]}],"addresses":[{"name":"vip","protocol":"udp"}]}"#,
            [
                #"{"set":{"farms":[{"name":"b","addresses":[{"name":"vip"}]}],"addresses":[{"name":"vip","ports":[90]}]}}"#,
                #"{"set":{"addresses":[{"name":"vip","protocol":"udp"}]}}"#,
            ]
        ),
        // One that belongs to another farm moves out, and its farm stays what it is.
        (
            #"{"farms":[{"name":"b","addresses":[{"name":"a-addr","ports":"90"}]}]}"#,
            [
                #"{"set":{"addresses":[{"name":"a-addr","family":"ipv4","ip-addr":"192.0.2.9","ports":[80],"protocol":"tcp","iface":"","iether-addr":"","ether-addr":""}],"farms":[{"name":"a","addresses":[{"name":"a-addr","family":"ipv4","ip-addr":"","ports":[],"protocol":"tcp","iface":"","iether-addr":"","ether-addr":""}]}]}}"#,
                #"{"set":{"farms":[{"name":"b","addresses":[{"name":"a-addr"}]}],"addresses":[{"name":"a-addr","ports":[90]}]}}"#,
            ]
        ),
        // One that belongs to a farm is changed there, by whatever name it is called.
        (
            #"{"addresses":[{"name":"a-addr","ports":"90"}]}"#,
            [#"{"set":{"farms":[{"name":"a","addresses":[{"name":"a-addr","ports":[90]}]}]}}"#]
        ),
        // A guard as all have it says nothing; with another one it stands outside.
        (
            #"{"addresses":[{"name":"a-addr","ports":"90","verdict":"log drop accept","log-rtlimit":"0/second","policies":[]}]}"#,
            [#"{"set":{"farms":[{"name":"a","addresses":[{"name":"a-addr","ports":[90]}]}]}}"#]
        ),
        (
            #"{"farms":[{"name":"s","addresses":[{"name":"t-addr","verdict":"log"}]}]}"#,
            Self.taken + [
                #"{"set":{"farms":[{"name":"s"}],"addresses":[{"name":"t-addr","verdict":["log"]}]}}"#
            ]
        ),
        (
            #"{"farms":[{"name":"b","addresses":[{"name":"x","log-prefix":"TYPE-ANAME "},{"name":"y","log-prefix":"Y "}]}]}"#,
            [
                #"{"set":{"addresses":[{"name":"y"}]}}"#,
                #"{"set":{"farms":[{"name":"b","addresses":[{"name":"x"},{"name":"y"}]}],"addresses":[{"name":"y","log-prefix":"Y "}]}}"#,
            ]
        ),
        // An interface in front of the list is that of the first address; it makes none.
        (
            #"{"farms":[{"name":"b","iface":"eth0","addresses":[{"name":"x","ip-addr":"192.0.2.5"}]}]}"#,
            [
                #"{"set":{"farms":[{"name":"b","addresses":[{"name":"x","ip-addr":"192.0.2.5"}]}]}}"#,
                #"{"set":{"farms":[{"name":"b","iface":"eth0"}]}}"#,
            ]
        ),
        (
            #"{"farms":[{"name":"b","iface":"eth0","addresses":[{"name":"vip"}]}]}"#,
            [
                #"{"set":{"farms":[{"name":"b","addresses":[{"name":"vip"}]}],"addresses":[{"name":"vip","iface":"eth0"}]}}"#
            ]
        ),
        // Without ports it is for all protocols, wherever it stands.
        (
            #"{"addresses":[{"name":"a-addr","ports":""},{"name":"vip","ports":""},{"name":"lonely","ports":""}]}"#,
            [
                #"{"set":{"farms":[{"name":"a","addresses":[{"name":"a-addr","ports":[],"protocol":"all"}]}]}}"#,
                #"{"set":{"addresses":[{"name":"vip","ports":[],"protocol":"all"},{"name":"lonely","ports":[]}]}}"#,
            ]
        ),
        (
            #"{"farms":[{"name":"a","virtual-ports":"99"}],"addresses":[{"name":"a-addr","ports":"","protocol":"udp"}]}"#,
            [
                #"{"set":{"farms":[{"name":"a","virtual-ports":[99]}]}}"#,
                #"{"set":{"farms":[{"name":"a","addresses":[{"name":"a-addr","ports":[],"protocol":"udp"}]}]}}"#,
            ]
        ),
        // A new one of two farms stands outside from the start.
        (
            #"{"farms":[{"name":"b","addresses":[{"name":"x","ip-addr":"192.0.2.5"}]},{"name":"c","addresses":[{"name":"x"}]}]}"#,
            [
                #"{"set":{"addresses":[{"name":"x"}]}}"#,
                #"{"set":{"farms":[{"name":"b","addresses":[{"name":"x"}]},{"name":"c","addresses":[{"name":"x"}]}],"addresses":[{"name":"x","ip-addr":"192.0.2.5"}]}}"#,
            ]
        ),
        // A farm that comes with an alias takes the address of its name, which another farm has: that one's own old
        // attributes mean the same address from then on, before it in the document or after it.
        (
            #"{"farms":[{"name":"t","protocol":"udp"},{"name":"s","virtual-addr":"192.0.2.8"}]}"#,
            Self.taken + [
                #"{"set":{"farms":[{"name":"t","addresses":[{"name":"t-addr"}]},{"name":"s"}],"addresses":[{"name":"t-addr","protocol":"udp","ip-addr":"192.0.2.8"}]}}"#
            ]
        ),
        (
            #"{"farms":[{"name":"s","virtual-addr":"192.0.2.8"},{"name":"t","protocol":"udp"}]}"#,
            Self.taken + [
                #"{"set":{"farms":[{"name":"s"},{"name":"t","addresses":[{"name":"t-addr"}]}],"addresses":[{"name":"t-addr","ip-addr":"192.0.2.8","protocol":"udp"}]}}"#
            ]
        ),
        // What the same request says of the address before it is taken is said of the same address.
        (
            #"{"addresses":[{"name":"t-addr","ports":"99"}],"farms":[{"name":"b","addresses":[{"name":"t-addr"}]}]}"#,
            Self.taken + [
                #"{"set":{"farms":[{"name":"b","addresses":[{"name":"t-addr"}]}],"addresses":[{"name":"t-addr","ports":[99]}]}}"#
            ]
        ),
        (
            #"{"farms":[{"name":"s","virtual-ports":"99"},{"name":"r","newname":"q"},{"name":"b","addresses":[{"name":"t-addr"}]}]}"#,
            Self.taken + [
                #"{"set":{"farms":[{"name":"s"},{"name":"r"}],"addresses":[{"name":"t-addr","ports":[99]}]}}"#,
                #"{"rename":"/farms/r","to":"q"}"#,
                #"{"set":{"farms":[{"name":"b","addresses":[{"name":"t-addr"}]}]}}"#,
            ]
        ),
        // The old attributes of a first address that stands outside.
        (
            #"{"farms":[{"name":"r","virtual-addr":"192.0.2.7","mode":"dnat"}]}"#,
            [
                #"{"set":{"farms":[{"name":"r","mode":"dnat"}],"addresses":[{"name":"vip","ip-addr":"192.0.2.7"}]}}"#
            ]
        ),
        (
            #"{"addresses":[{"name":"lonely","ip-addr":"192.0.2.1"}]}"#,
            [#"{"set":{"addresses":[{"name":"lonely","ip-addr":"192.0.2.1"}]}}"#]
        ),
    ]

    @Test("An address is one object, whoever has it", arguments: shared)
    func sharedAddresses(body: String, changes: [String]) throws {
        var vip = Address(name: try Name("vip"))
        vip.address = try IPAddress("192.0.2.6")
        vip.ports = try PortSet([80...80])
        let farms = try JSONValue(parsing: Array(RequestTests.standing.utf8)).array ?? []
        let known = JSONValue.array(
            farms + [
                ["name": "r", "addresses": [["name": "vip"]]],
                ["name": "s", "addresses": [["name": "t-addr", "ports": [53]]]],
            ])
        #expect(try RequestTests.changes(body, known.text, addresses: [vip]) == changes)
    }
}
