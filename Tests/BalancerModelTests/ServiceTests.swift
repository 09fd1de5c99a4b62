// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import Testing

@Suite("Services")
struct ServiceTests {
    /// What an address takes, each as text.
    private func services(_ members: String) throws -> [String] {
        let farm = try configuration(#"{"farms": [{"name": "a", "addresses": [{"name": "x", \#(members)}]}]}"#).farm(
            "a")
        return farm.services.map(\.description)
    }

    @Test("Ports and short ranges are taken one by one")
    func exact() throws {
        #expect(
            try services(#""ip-addr": "10.0.0.1", "ports": [443, "80-81"]"#)
                == ["tcp 10.0.0.1 port 80", "tcp 10.0.0.1 port 81", "tcp 10.0.0.1 port 443"])
        #expect(try services(#""ip-addr": "10.0.0.1", "ports": ["1-256"]"#).count == 256)
        #expect(
            try services(#""ports": [53], "protocol": "udp", "family": "ipv6""#) == ["udp any ipv6 address port 53"])
    }

    @Test("Of an address with more than 256 ports the ranges stay whole")
    func ranges() throws {
        #expect(
            try services(#""ip-addr": "10.0.0.1", "ports": [80, "1000-1256"]"#)
                == ["tcp 10.0.0.1 port 80", "tcp 10.0.0.1 ports 1000-1256"])
        #expect(
            try services(#""ip-addr": "10.0.0.1", "ports": ["80-81", "1000-1254"]"#)
                == ["tcp 10.0.0.1 ports 80-81", "tcp 10.0.0.1 ports 1000-1254"])
    }

    @Test("No ports are all of them; every protocol of an address is one service")
    func all() throws {
        #expect(try services(#""ip-addr": "fd00::1", "protocol": "sctp""#) == ["all ports of sctp fd00::1"])
        #expect(try services(#""ip-addr": "fd00::1", "protocol": "all""#) == ["all of fd00::1"])
        #expect(
            try services(#""ip-addr": "fd00::1", "protocol": "all", "ports": [5]"#)
                == ["tcp fd00::1 port 5", "udp fd00::1 port 5", "sctp fd00::1 port 5"])
        #expect(try services(#""ip-addr": "fd00::1", "protocol": "all", "ports": ["1-65535"]"#).count == 3)
    }

    @Test("An address without host and ports takes nothing yet", arguments: ["tcp", "all"])
    func incomplete(transport: String) throws {
        #expect(try services(#""protocol": "\#(transport)""#) == [])
    }

    @Test("One farm takes 4096 ports and ranges and no more")
    func limit() throws {
        func farm(_ ports: Int, state: String = "up") -> JSONValue {
            // Every second port, so that none of them are a range.
            let list = (0..<ports).map { JSONValue.integer(1 + 2 * $0) }
            return [
                "farms": [
                    [
                        "name": "a", "state": .string(state),
                        "addresses": [
                            ["name": "x", "ip-addr": "10.0.0.1", "ports": .array(list)],
                            ["name": "y", "ip-addr": "10.0.0.2", "protocol": "all", "ports": [80]],
                        ],
                    ]
                ]
            ]
        }
        #expect(try Configuration(json: farm(4093)).farm("a").services.count == 4096)
        for state in ["up", "down"] {
            let error = try #require(throws: BalancerError.self) { try Configuration(json: farm(4094, state: state)) }
            #expect(error.kind == .limit)
            #expect(error.path?.description == "/farms/a/addresses")
        }
    }

    @Test("Transports have their numbers")
    func numbers() {
        #expect(ServiceTransport.allCases.map(\.number) == [6, 17, 132])
        #expect(TransportProtocol.udp.transports == [.udp])
    }
}
