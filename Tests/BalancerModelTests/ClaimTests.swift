// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import Testing

@Suite("Claims")
struct ClaimTests {
    private func set(_ text: String) throws -> Change { .set(try document(text)) }

    @Test("Two farms that are up cannot take the same connections; both are named")
    func claims() throws {
        let error = try configuration(DraftTests.pair).refusal(
            of: set(#"{"farms": [{"name": "c", "virtual-addr": "10.0.0.1", "virtual-ports": ["79-81"]}]}"#))
        #expect(error.kind == .invalid)
        #expect(error.path?.description == "/farms/c")
        #expect(error.reason.contains("\"a\"") && error.reason.contains("\"c\""))
        #expect(error.reason.contains("tcp 10.0.0.1 port 80"))
    }

    @Test("In one document the later of the two is refused")
    func claimsInDocument() throws {
        let error = try refusal(
            of: """
                {"farms": [{"name": "z", "virtual-addr": "10.0.0.1", "virtual-ports": [80]},
                           {"name": "y", "virtual-addr": "10.0.0.1", "virtual-ports": [80]}]}
                """)
        #expect(error.path?.description == "/farms/y")
    }

    @Test(
        "What does not collide",
        arguments: [
            #"{"name": "c", "virtual-addr": "10.0.0.1", "virtual-ports": [81]}"#,
            #"{"name": "c", "virtual-addr": "10.0.0.1", "virtual-ports": [80], "protocol": "udp"}"#,
            #"{"name": "c", "virtual-addr": "10.0.0.1", "virtual-ports": [80], "state": "down"}"#,
            #"{"name": "c", "virtual-addr": "10.0.0.1", "virtual-ports": [80], "state": "off"}"#,
            #"{"name": "c", "virtual-addr": "", "virtual-ports": [80]}"#,
        ])
    func noCollision(farm: String) throws {
        _ = try configuration(DraftTests.pair).applying(set(#"{"farms": [\#(farm)]}"#))
    }

    @Test("Services of any address collide with each other, family by family")
    func anyAddress() throws {
        let base = try configuration(#"{"farms": [{"name": "a", "virtual-ports": [80]}]}"#)
        _ = try base.applying(set(#"{"farms": [{"name": "b", "virtual-ports": [80], "family": "ipv6"}]}"#))
        let error = try base.refusal(of: set(#"{"farms": [{"name": "b", "virtual-ports": [80]}]}"#))
        #expect(error.path?.description == "/farms/b")
        #expect(error.reason.contains("any ipv4 address"))
    }

    @Test("Two farms swap their addresses in one request")
    func swap() throws {
        let swapped = try configuration(DraftTests.pair).applying(
            set(#"{"farms": [{"name": "a", "virtual-addr": "10.0.0.2"}, {"name": "b", "virtual-addr": "10.0.0.1"}]}"#))
        #expect(try swapped.farm("a").addresses[0].address == IPAddress("10.0.0.2"))
        // The claims followed: each of the old pairs is free or taken as it should be.
        let error = try swapped.refusal(
            of: set(#"{"farms": [{"name": "c", "virtual-addr": "10.0.0.2", "virtual-ports": [80]}]}"#))
        #expect(error.reason.contains("\"a\""))
    }

    @Test("A farm that goes down releases its address, and cannot come back to one that is taken")
    func release() throws {
        let taken = try configuration(DraftTests.pair).applying(set(#"{"farms": [{"name": "a", "state": "down"}]}"#))
            .applying(set(#"{"farms": [{"name": "b", "virtual-addr": "10.0.0.1"}]}"#))
        let error = try taken.refusal(of: set(#"{"farms": [{"name": "a", "state": "up"}]}"#))
        #expect(error.path?.description == "/farms/a")
    }

    @Test("Two addresses of one farm cannot take the same connections")
    func ownCollision() throws {
        let error = try refusal(
            of: """
                {"farms": [{"name": "a", "state": "down", "addresses": [
                  {"name": "x", "ip-addr": "10.0.0.1", "ports": [80]}, {"name": "y", "ip-addr": "10.0.0.1", "ports": ["80-81"]}]}]}
                """)
        #expect(error.path?.description == "/farms/a/addresses/y")
        #expect(error.kind == .invalid)
    }

    // MARK: Ranges, all ports, all protocols

    /// One farm for each scope, all of one address.
    static let scopes = """
        {"farms": [
          {"name": "exact", "addresses": [{"name": "x", "ip-addr": "10.0.0.1", "ports": [80, 5000]}]},
          {"name": "range", "addresses": [{"name": "x", "ip-addr": "10.0.0.1", "ports": ["1000-1999", "4000-5999"]}]},
          {"name": "ports", "addresses": [{"name": "x", "ip-addr": "10.0.0.1"}]},
          {"name": "all", "addresses": [{"name": "x", "ip-addr": "10.0.0.1", "protocol": "all"}]}]}
        """

    @Test("The most exact farm wins, so farms of different scopes share an address")
    func scopes() throws {
        let configuration = try configuration(Self.scopes)
        #expect(configuration.farms.count == 4)
        #expect(try Configuration(json: configuration.json()) == configuration)
    }

    @Test(
        "Two farms of one scope collide",
        arguments: [
            (#""ports": [79, 80]"#, "exact", "port 80"), (#""ports": ["1-1000"]"#, "range", "ports 1-1000"),
            (#""ports": ["1999-3999"]"#, "range", "1999-3999"), (#""ports": ["1200-1600"]"#, "range", "1200-1600"),
            (#""ports": ["1-65535"]"#, "range", "1-65535"), (#""ports": [80], "protocol": "all""#, "exact", "port 80"),
            (#""ports": ["5500-7000"], "protocol": "all""#, "range", "tcp 10.0.0.1 ports 5500-7000"),
            (#""ports": []"#, "ports", "all ports of tcp"), (#""protocol": "all""#, "all", "all of 10.0.0.1"),
        ])
    func collisions(members: String, holder: String, service: String) throws {
        let farm = #"{"name": "new", "addresses": [{"name": "x", "ip-addr": "10.0.0.1", \#(members)}]}"#
        let error = try configuration(Self.scopes).refusal(of: set(#"{"farms": [\#(farm)]}"#))
        #expect(error.kind == .invalid)
        #expect(error.path?.description == "/farms/new")
        #expect(error.reason.contains("\"\(holder)\"") && error.reason.contains(service), "\(error)")
    }

    @Test(
        "Ranges beside each other, of other transports and of other addresses do not",
        arguments: [
            #""ports": ["1-999", "2000-3999"]"#, #""ports": ["1000-1999"], "protocol": "udp""#,
            #""ports": ["1000-1999"], "ip-addr": "10.0.0.2""#, #""ports": ["1000-1999"], "ip-addr": "fd00::1""#,
            #""protocol": "sctp""#, #""ports": ["6000-65535"]"#,
        ])
    func beside(members: String) throws {
        let address = members.contains("ip-addr") ? members : members + #", "ip-addr": "10.0.0.1""#
        let farm = #"{"name": "new", "addresses": [{"name": "x", \#(address)}]}"#
        _ = try configuration(Self.scopes).applying(set(#"{"farms": [\#(farm)]}"#))
    }

    @Test("Two farms swap ranges, and released ones are free")
    func swappedRanges() throws {
        let base = try configuration(
            """
            {"farms": [{"name": "a", "addresses": [{"name": "x", "ip-addr": "10.0.0.1", "ports": ["1-1000"]}]},
                       {"name": "b", "addresses": [{"name": "x", "ip-addr": "10.0.0.1", "ports": ["2000-3000"]}]}]}
            """)
        let swapped = try base.applying(
            set(
                """
                {"farms": [{"name": "a", "addresses": [{"name": "x", "ports": ["1500-3000"]}]},
                           {"name": "b", "addresses": [{"name": "x", "ports": ["1-1499"]}]}]}
                """))
        #expect(
            try swapped.refusal(
                of: set(
                    #"{"farms": [{"name": "c", "virtual-addr": "10.0.0.1", "virtual-ports": ["1300-1600"]}]}"#)
            ).reason.contains("\"b\""))
        _ = try swapped.applying(
            .delete(ObjectPath(["farms", "b"])),
            set(#"{"farms": [{"name": "c", "virtual-addr": "10.0.0.1", "virtual-ports": ["1-1400"]}]}"#))
    }

    @Test("Ranges that a request took are free again when it fails")
    func undoneRanges() throws {
        var draft = Draft(on: try configuration(Self.scopes))
        let range = #"{"name": "x", "ip-addr": "10.0.0.1", "ports": ["6000-7000"]}"#
        #expect(throws: BalancerError.self) {
            try draft.apply([
                .delete(ObjectPath(["farms", "range"])),
                set(#"{"farms": [{"name": "c", "addresses": [\#(range)]}, {"name": "d", "addresses": [\#(range)]}]}"#),
            ])
        }
        #expect(throws: BalancerError.self) {
            try draft.apply([
                set(#"{"farms": [{"name": "c", "virtual-addr": "10.0.0.1", "virtual-ports": ["5000-6000"]}]}"#)
            ])
        }
        try draft.apply([set(#"{"farms": [{"name": "d", "addresses": [\#(range)]}]}"#)])
    }

    @Test("Two addresses of one farm overlap only in different scopes")
    func ownRanges() throws {
        let both = #"{"name": "y", "ip-addr": "10.0.0.1", "ports": ["900-1400"]}"#
        let error = try refusal(
            of: """
                {"farms": [{"name": "a", "addresses": [
                  {"name": "x", "ip-addr": "10.0.0.1", "ports": ["1-1000"]}, \(both)]}]}
                """)
        #expect(error.path?.description == "/farms/a/addresses/y")
        _ = try configuration(
            #"{"farms": [{"name": "a", "addresses": [{"name": "x", "ip-addr": "10.0.0.1", "ports": [1000]}, \#(both)]}]}"#
        )
    }
}
