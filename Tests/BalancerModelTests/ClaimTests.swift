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
}
