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
    }

    @Test(
        "A value without effect is stored",
        arguments: [
            #""persist-ttl": 5"#, #""new-rtlimit-burst": 5"#, #""rst-rtlimit-burst": 1"#, #""limits-ttl": 0"#,
            #""sched-param": ["dstip"]"#, #""responsettl": 1"#, #""log-prefix": "x""#, #""log-rtlimit": "5/hour""#,
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
            (#"{"farms": [{"name": "a", "mode": "dsr"}]}"#, "/farms/a/mode", .unsupported),
            (#"{"farms": [{"name": "a", "mode": 1}]}"#, "/farms/a/mode", .invalid),
            (#"{"farms": [{"name": "a", "family": "dual"}]}"#, "/farms/a/family", .invalid),
            (#"{"farms": [{"name": "a", "family": "inet"}]}"#, "/farms/a/family", .invalid),
            (#"{"farms": [{"name": "a", "scheduler": "symhash"}]}"#, "/farms/a/scheduler", .unsupported),
            (#"{"farms": [{"name": "a", "sched-param": ["srcip", "srcip"]}]}"#, "/farms/a/sched-param", .invalid),
            (#"{"farms": [{"name": "a", "sched-param": "srcip"}]}"#, "/farms/a/sched-param", .invalid),
            (#"{"farms": [{"name": "a", "sched-param": ["none"]}]}"#, "/farms/a/sched-param", .invalid),
            (
                #"{"farms": [{"name": "a", "scheduler": "hash", "sched-param": ["dstip"]}]}"#,
                "/farms/a/sched-param", .unsupported
            ),
            (#"{"farms": [{"name": "a", "persistence": ["srcip"]}]}"#, "/farms/a/persistence", .unsupported),
            (#"{"farms": [{"name": "a", "persistence": ["x"]}]}"#, "/farms/a/persistence", .invalid),
            (#"{"farms": [{"name": "a", "mark": 1}]}"#, "/farms/a/mark", .unsupported),
            (#"{"farms": [{"name": "a", "mark": 536870912}]}"#, "/farms/a/mark", .invalid),
            (#"{"farms": [{"name": "a", "newname": "b"}]}"#, "/farms/a/newname", .invalid),
            (#"{"farms": [{"name": "a", "intra-connect": "on"}]}"#, "/farms/a/intra-connect", .invalid),
            (#"{"farms": [{"name": "a", "persist-ttl": 1.5}]}"#, "/farms/a/persist-ttl", .invalid),
            (#"{"farms": [{"name": "a", "policies": [{"name": "p"}]}]}"#, "/farms/a/policies", .unsupported),
            (#"{"policies": [{"name": "p"}]}"#, "/policies/p", .unsupported),
            (#"{"policies": [{"name": "p", "family": "x"}]}"#, "/policies/p/family", .invalid),
            (#"{"addresses": [{"name": "p"}]}"#, "/addresses/p", .unsupported),
            (#"{"farms": [{"name": "a", "virtual-addr": "1.1.1.1"}]}"#, "/farms/a/virtual-ports", .unsupported),
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
                #"{"farms": [{"name": "a", "addresses": [{"name": "x", "protocol": "sctp"}]}]}"#,
                "/farms/a/addresses/x/protocol", .unsupported
            ),
            (
                #"{"farms": [{"name": "a", "addresses": [{"name": "x", "ip-addr": "1.1.1.1"}]}]}"#,
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
                #"{"farms": [{"name": "a", "backends": [{"name": "b", "ip-addr": "1.1.1.1", "priority": 2}]}]}"#,
                "/farms/a/backends/b/priority", .unsupported
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
