// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import InMemoryDaemon
import Testing

@testable import nftlb_http

/// An address is one object, however many of a request name it.
@Suite("Objects of one request", .timeLimit(.minutes(5)))
struct OneRequestTests {
    /// A request, and the same objects in several, in the order in which they stand in it.
    static let requests: [(whole: String, parts: [String])] = [
        (
            #"{"farms":[{"name":"f2","virtual-addr":"10.0.0.1","virtual-ports":"80"},{"name":"f4","state":"down","addresses":[{"name":"f2-addr"}]}]}"#,
            [
                #"{"farms":[{"name":"f2","virtual-addr":"10.0.0.1","virtual-ports":"80"}]}"#,
                #"{"farms":[{"name":"f4","state":"down","addresses":[{"name":"f2-addr"}]}]}"#,
            ]
        ),
        (
            #"{"farms":[{"name":"f4","state":"down","addresses":[{"name":"f2-addr"}]},{"name":"f2","virtual-addr":"10.0.0.1","virtual-ports":"80"}]}"#,
            [
                #"{"farms":[{"name":"f4","state":"down","addresses":[{"name":"f2-addr"}]}]}"#,
                #"{"farms":[{"name":"f2","virtual-addr":"10.0.0.1","virtual-ports":"80"}]}"#,
            ]
        ),
        (
            #"{"farms":[{"name":"f1","virtual-addr":"10.0.0.1","virtual-ports":"80","newname":"g"}],"addresses":[{"name":"g-addr","ports":"81"}]}"#,
            [
                #"{"farms":[{"name":"f1","virtual-addr":"10.0.0.1","virtual-ports":"80","newname":"g"}]}"#,
                #"{"addresses":[{"name":"g-addr","ports":"81"}]}"#,
            ]
        ),
        (
            #"{"farms":[{"name":"f1","virtual-addr":"10.0.0.1","virtual-ports":"80","newname":"g"},{"name":"h","state":"off","addresses":[{"name":"g-addr","protocol":"udp"}]}]}"#,
            [
                #"{"farms":[{"name":"f1","virtual-addr":"10.0.0.1","virtual-ports":"80","newname":"g"}]}"#,
                #"{"farms":[{"name":"h","state":"off","addresses":[{"name":"g-addr","protocol":"udp"}]}]}"#,
            ]
        ),
        (
            #"{"policies":[{"name":"p"}],"farms":[{"name":"f","virtual-addr":"10.0.0.1"}],"addresses":[{"name":"f-addr","policies":[{"name":"p"}]}]}"#,
            [
                #"{"policies":[{"name":"p"}]}"#, #"{"farms":[{"name":"f","virtual-addr":"10.0.0.1"}]}"#,
                #"{"addresses":[{"name":"f-addr","policies":[{"name":"p"}]}]}"#,
            ]
        ),
        (
            #"{"addresses":[{"name":"f-addr","ports":"90"}],"farms":[{"name":"f","virtual-addr":"10.0.0.1"}]}"#,
            [
                #"{"addresses":[{"name":"f-addr","ports":"90"}]}"#,
                #"{"farms":[{"name":"f","virtual-addr":"10.0.0.1"}]}"#,
            ]
        ),
    ]

    @Test("One request makes the same objects as several, and what is printed makes them again", arguments: requests)
    func same(whole: String, parts: [String]) async throws {
        let printed = try await Self.printed(after: [whole])
        let expected = try await Self.printed(after: parts)
        #expect(printed.difference(to: expected) == nil, "\(printed.farms) \(printed.addresses)")
        let again = try await Self.printed(after: [printed.policies, printed.addresses, printed.farms])
        #expect(printed.difference(to: again) == nil)
    }

    private static func printed(after requests: [String]) async throws -> SequenceTests.Printed {
        let daemon = try InMemoryDaemon()
        defer { daemon.stop() }
        let bench = try await Bench(socket: daemon.path)
        return try await onThread { () throws in
            for request in requests {
                let answer = try bench.ask("POST", "/farms", request)
                #expect(answer.status == 200, "\(answer.text) to \(request)")
            }
            return try SequenceTests.Printed(bench)
        }
    }
}
