// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import Testing

@Suite("Native dialect")
struct NativeDialectTests {
    static let web = """
        {"farms": [{"name": "web", "mode": "dnat", "scheduler": "hash", "sched-param": ["srcport", "srcip"],
          "addresses": [{"name": "a", "ip-addr": "10.0.0.1", "ports": [443, 80, "8080-8082"]},
                        {"name": "b", "family": "ipv6", "ip-addr": "2001:DB8:0::1", "ports": [80]}],
          "backends": [{"name": "b0", "ip-addr": "192.168.0.1", "port": 8080, "weight": 5},
                       {"name": "b1", "ip-addr": "2001:db8::2", "state": "off", "source-addr": "2001:db8::3"}]}]}
        """

    @Test("A farm is read with real types")
    func farm() throws {
        let farm = try configuration(Self.web).farm("web")
        #expect(farm.mode == .dnat)
        #expect(farm.scheduler == .hash)
        #expect(farm.schedulerParameters == [.srcip, .srcport])
        #expect(farm.state == .up)
        #expect(farm.addresses.map(\.ports.description) == ["80,443,8080-8082", "80"])
        #expect(farm.addresses[1].address == (try IPAddress("2001:db8::1")))
        #expect(farm.backends.map(\.weight.value) == [5, 1])
        #expect(farm.backends.map(\.port?.number) == [8080, nil])
        #expect(farm.backends.map(\.state) == [.up, .off])
        #expect(farm.backends[1].sourceAddress == (try IPAddress("2001:db8::3")))
    }

    @Test("The canonical document has names and what differs from defaults, in a fixed order")
    func canonical() throws {
        let expected = """
            {"farms":[{"name":"web","mode":"dnat","scheduler":"hash","sched-param":["srcip","srcport"],\
            "addresses":[{"name":"a","ip-addr":"10.0.0.1","ports":[80,443,"8080-8082"]},\
            {"name":"b","family":"ipv6","ip-addr":"2001:db8::1","ports":[80]}],\
            "backends":[{"name":"b0","ip-addr":"192.168.0.1","port":8080,"weight":5},\
            {"name":"b1","ip-addr":"2001:db8::2","state":"off","source-addr":"2001:db8::3"}]}],"policies":[]}
            """
        #expect(text(try configuration(Self.web).json()) == expected)
    }

    @Test("virtual-addr and its like give the first address")
    func aliases() throws {
        let farm = try configuration(
            """
            {"farms": [{"name": "web", "virtual-addr": "fd00::1", "virtual-ports": [80], "protocol": "udp"}]}
            """
        ).farm("web")
        let address = try #require(farm.addresses.first)
        #expect(address.name.text == "web-addr")
        #expect(address.family == .ipv6)
        #expect(address.transport == .udp)
        #expect(address.ports.ranges == [80...80])
    }

    @Test("An alias changes the first address of a farm that has some")
    func aliasOfExisting() throws {
        let farm = try configuration(Self.web).applying(
            .set(document(#"{"farms": [{"name": "web", "virtual-ports": [81]}]}"#))
        ).farm("web")
        #expect(farm.addresses.map(\.ports.description) == ["81", "80"])
    }

    @Test("A service of any address has none")
    func anyAddress() throws {
        let farm = try configuration(
            """
            {"farms": [{"name": "node", "virtual-addr": "", "virtual-ports": [30000], "family": "ipv6"}]}
            """
        ).farm("node")
        #expect(farm.addresses[0].address == nil)
        #expect(farm.addresses[0].family == .ipv6)
    }

    @Test("A hash without fields uses the source address")
    func hashFields() throws {
        let farm = try configuration(#"{"farms": [{"name": "a", "scheduler": "hash"}]}"#).farm("a")
        #expect(farm.schedulerParameters == [])
        #expect(farm.hashFields == [.srcip])
        #expect(
            try configuration(#"{"farms": [{"name": "a", "scheduler": "maglev"}]}"#).farm("a").hashFields == [.srcip])
        let all = try configuration(
            #"{"farms": [{"name": "a", "scheduler": "maglev", "sched-param": ["dstmac", "srcmac", "dstport", "srcport", "dstip", "srcip"]}]}"#
        ).farm("a")
        #expect(all.hashFields == PacketField.allCases)
        let symmetric = try configuration(
            #"{"farms": [{"name": "a", "scheduler": "symhash", "sched-param": ["dstip"]}]}"#)
        #expect(try symmetric.farm("a").hashFields == [])
    }

    @Test(
        "A value without effect is stored",
        arguments: [
            #""persist-ttl": 5"#, #""new-rtlimit-burst": 5"#, #""rst-rtlimit-burst": 1"#, #""limits-ttl": 0"#,
            #""sched-param": ["dstip"]"#, #""priority": 3"#, #""mark": 255"#, #""responsettl": 1"#,
            #""log-prefix": "x""#, #""log-rtlimit": "5/hour""#,
        ])
    func withoutEffect(member: String) throws {
        let document = #"{"farms":[{"name":"a",\#(member.replacing(": ", with: ":"))}],"policies":[]}"#
        #expect(text(try configuration(document).json()) == document)
    }

    @Test(
        "What is wrong is refused with its place",
        arguments: [
            (#"[]"#, "", .invalid),
            (#"{"farm": []}"#, "/farm", .invalid),
            (#"{"farms": {}}"#, "/farms", .invalid),
            (#"{"farms": [1]}"#, "/farms/0", .invalid),
            (#"{"farms": [{}]}"#, "/farms/0/name", .invalid),
            (#"{"farms": [{"name": "a"}, {"name": 1}]}"#, "/farms/1/name", .invalid),
            (#"{"farms": [{"name": ""}]}"#, "/farms/0/name", .invalid),
            (#"{"farms": [{"name": "a'b"}]}"#, "/farms/0/name", .invalid),
            (#"{"farms": [{"name": "a\u0000b"}]}"#, "/farms/0/name", .invalid),
            (#"{"farms": [{"name": "a"}, {"name": "a"}]}"#, "/farms/a/name", .invalid),
            (#"{"farms": [{"name": "a/b~", "x": 1}]}"#, "/farms/a~1b~0/x", .invalid),
            (#"{"farms": [{"name": "a", "mode": "Snat"}]}"#, "/farms/a/mode", .invalid),
            (#"{"farms": [{"name": "a", "oether-addr": "02:00:00:00:00:01"}]}"#, "/farms/a/oether-addr", .unsupported),
            (#"{"farms": [{"name": "a", "mode": 1}]}"#, "/farms/a/mode", .invalid),
            (
                #"{"farms": [{"name": "a", "mode": "dsr", "addresses": [{"name": "x", "ports": [80]}]}]}"#,
                "/farms/a/addresses/x/ip-addr", .invalid
            ),
            (
                #"{"farms": [{"name": "a", "mode": "stlsdnat", "addresses": [{"name": "x"}]}], "#
                    + #""addresses": [{"name": "x", "ports": [80]}]}"#,
                "/farms/a/addresses/x/ip-addr", .invalid
            ),
            (#"{"farms": [{"name": "a", "family": "dual"}]}"#, "/farms/a/family", .invalid),
            (#"{"farms": [{"name": "a", "family": "inet"}]}"#, "/farms/a/family", .invalid),
            (#"{"farms": [{"name": "a", "scheduler": "lc"}]}"#, "/farms/a/scheduler", .invalid),
            (#"{"farms": [{"name": "a", "sched-param": ["srcip", "srcip"]}]}"#, "/farms/a/sched-param", .invalid),
            (#"{"farms": [{"name": "a", "sched-param": "srcip"}]}"#, "/farms/a/sched-param", .invalid),
            (#"{"farms": [{"name": "a", "sched-param": ["none"]}]}"#, "/farms/a/sched-param", .invalid),
            (#"{"farms": [{"name": "a", "persistence": ["x"]}]}"#, "/farms/a/persistence", .invalid),
            (#"{"farms": [{"name": "a", "mark": 268435456}]}"#, "/farms/a/mark", .invalid),
            (#"{"farms": [{"name": "a", "mark": "0x1"}]}"#, "/farms/a/mark", .invalid),
            (#"{"farms": [{"name": "a", "newname": "b"}]}"#, "/farms/a/newname", .invalid),
            (#"{"farms": [{"name": "a", "intra-connect": "on"}]}"#, "/farms/a/intra-connect", .invalid),
            (#"{"farms": [{"name": "a", "persist-ttl": 1.5}]}"#, "/farms/a/persist-ttl", .invalid),
            (#"{"farms": [{"name": "a", "policies": [{"name": "p"}]}]}"#, "/farms/a/policies/p", .invalid),
            (
                #"{"policies": [{"name": "p", "elements": [{"data": "::1"}]}]}"#, "/policies/p/elements/::1", .invalid
            ),
            (#"{"policies": [{"name": "p", "elements": ["::1"]}]}"#, "/policies/p/elements/0", .invalid),
            (
                #"{"policies": [{"name": "p", "elements": [{"data": "10.0.0.1/32"}, {"data": "10.0.0.1"}]}]}"#,
                "/policies/p/elements/10.0.0.1/data", .invalid
            ),
            (
                #"{"policies": [{"name": "p", "elements": [{"data": "10.0.0.1", "time": -1}]}]}"#,
                "/policies/p/elements/10.0.0.1/time", .invalid
            ),
            (#"{"policies": [{"name": "p", "family": "x"}]}"#, "/policies/p/family", .invalid),
            (#"{"addresses": [{"name": "p", "policies": [{"name": "x"}]}]}"#, "/addresses/p/policies/x", .invalid),
            (#"{"addresses": [{"name": "p", "verdict": ["reject"]}]}"#, "/addresses/p/verdict", .invalid),
            (#"{"addresses": [{"name": "p", "ports": ["1-300"]}]}"#, "/addresses/p/ports", .unsupported),
            (
                #"{"addresses": [{"name": "p", "ip-addr": "::1", "family": "ipv4"}]}"#, "/addresses/p/ip-addr", .invalid
            ),
            (#"{"addresses": [{"name": "p"}, {"name": "p"}]}"#, "/addresses/p/name", .invalid),
            (
                #"{"farms": [{"name": "a", "virtual-addr": "1.1.1.1", "virtual-ports": [1], "addresses": []}]}"#,
                "/farms/a/virtual-addr", .invalid
            ),
            (#"{"farms": [{"name": "a", "virtual-addr": "localhost"}]}"#, "/farms/a/virtual-addr", .invalid),
            (#"{"farms": [{"name": "a", "virtual-addr": "0.0.0.0"}]}"#, "/farms/a/virtual-addr", .invalid),
            (#"{"farms": [{"name": "a", "virtual-ports": ["80"]}]}"#, "/farms/a/virtual-ports", .invalid),
            (#"{"farms": [{"name": "a", "virtual-ports": [0]}]}"#, "/farms/a/virtual-ports", .invalid),
            (#"{"farms": [{"name": "a", "virtual-ports": ["9-1"]}]}"#, "/farms/a/virtual-ports", .invalid),
            (#"{"farms": [{"name": "a", "virtual-ports": ["1-300"]}]}"#, "/farms/a/virtual-ports", .unsupported),
            (
                #"{"farms": [{"name": "a", "family": "ipv4", "virtual-addr": "::1", "virtual-ports": [1]}]}"#,
                "/farms/a/virtual-addr", .invalid
            ),
            (
                #"{"farms": [{"name": "a", "addresses": [{"name": "x", "ports": ["1-257"]}]}]}"#,
                "/farms/a/addresses/x/ports", .unsupported
            ),
            (#"{"farms": [{"name": "a", "backends": [{"name": "b"}]}]}"#, "/farms/a/backends/b/ip-addr", .invalid),
            (
                #"{"farms": [{"name": "a", "backends": [{"name": "b", "ip-addr": "1.1.1.1", "weight": 0}]}]}"#,
                "/farms/a/backends/b/weight", .invalid
            ),
            (
                #"{"farms": [{"name": "a", "backends": [{"name": "b", "ip-addr": "1.1.1.1", "port": 0}]}]}"#,
                "/farms/a/backends/b/port", .invalid
            ),
            (
                #"{"farms": [{"name": "a", "backends": [{"name": "b", "ip-addr": "1.1.1.1"}, {"name": "b"}]}]}"#,
                "/farms/a/backends/b/name", .invalid
            ),
            (
                #"{"farms": [{"name": "a", "backends": [{"name": "b", "ip-addr": "1.1.1.1", "priority": 0}]}]}"#,
                "/farms/a/backends/b/priority", .invalid
            ),
            (
                #"{"farms": [{"name": "a", "backends": [{"ip-addr": "1.1.1.1"}]}]}"#, "/farms/a/backends/0/name",
                .invalid
            ),
        ] as [(String, String, ErrorKind)])
    func refused(document: String, path: String, kind: ErrorKind) throws {
        let error = try refusal(of: document)
        #expect(error.path?.description == path, "\(error)")
        #expect(error.kind == kind, "\(error)")
    }
}

@Suite("Backends that are not put up yet")
struct IncompleteBackendTests {
    @Test("Lack their address only while they say so")
    func address() throws {
        var draft = Draft(on: Configuration())
        func set(_ backend: JSONObject) throws {
            let farm: JSONObject = ["name": "f", "backends": [.object(backend)]]
            try draft.apply([.set(["farms": [.object(farm)]])])
        }
        #expect(throws: BalancerError.self) { try set(["name": "b", "state": "down"]) }
        try set(["name": "b", "state": "incomplete"])
        let error = try #require(throws: BalancerError.self) { try set(["name": "b", "state": "up"]) }
        #expect(error.path?.description == "/farms/f/backends/b/ip-addr")
        try set(["name": "b", "ip-addr": "192.0.2.1"])
        #expect(draft.farm(try Name("f"))?.backends.map(\.state) == [.incomplete])
        try set(["name": "b", "state": "up"])
        #expect(throws: BalancerError.self) { try set(["name": "b", "ip-addr": ""]) }
        #expect(draft.farm(try Name("f"))?.backends.map(\.state.isUsable) == [true])
    }

    @Test("Lack it also out of service, where a new one must say so", arguments: ["down", "off"])
    func outOfService(state: String) throws {
        var draft = Draft(on: Configuration())
        func set(_ backend: JSONObject) throws {
            let farm: JSONObject = ["name": "f", "backends": [.object(backend)]]
            try draft.apply([.set(["farms": [.object(farm)]])])
        }
        #expect(throws: BalancerError.self) { try set(["name": "b", "state": .string(state)]) }
        try set(["name": "b", "ip-addr": "", "state": .string(state)])
        try set(["name": "b", "weight": 2])
        try set(["name": "a", "state": "incomplete"])
        try set(["name": "a", "state": .string(state)])
        #expect(throws: BalancerError.self) { try set(["name": "b", "state": "up"]) }
        // What is printed makes the same.
        let farm = try #require(draft.farm(try Name("f")))
        #expect(farm.backends.map(\.address) == [nil, nil] && farm.backends.map(\.state.rawValue) == [state, state])
        #expect(try Farm(document: try #require(farm.document.object)) == farm)
        try set(["name": "b", "ip-addr": "192.0.2.1"])
        #expect(draft.farm(try Name("f"))?.backends.first?.state.rawValue == state)
    }
}
