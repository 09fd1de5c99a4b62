// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// Who may do what, by what the kernel says of the peer: real processes of other users and groups.
@Suite("Roles", .requiresKernel, .serialized)
struct RoleTests {
    /// Numbers that no account needs to have.
    private static let (operatorUser, administratorGroup, stranger) = (61_001, 61_002, 61_003)

    /// nftlbctl as another user: its exit status.
    private func status(_ user: Int, groups: [Int] = [], _ socket: String, _ words: String...) throws
        -> Int32
    {
        let groups = groups.isEmpty ? "--clear-groups" : "--groups=\(groups.map(String.init).joined(separator: ","))"
        return try Program(
            ["setpriv", "--reuid=\(user)", "--regid=\(user)", groups, Programs.path("nftlbctl"), "--socket", socket]
                + words
        ).end().status
    }

    @Test("Users and groups of --role, and no others; on the read-only socket everybody is a reader")
    func roles() throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(in: lab.balancer, folder: lab.folder)
        try daemon.start([
            "--role", "operator=user:\(Self.operatorUser)", "--role=administrator=group:\(Self.administratorGroup)",
        ])
        try daemon.apply(farms: [
            Declared.farm("f", at: Endpoint("192.0.2.1", 80), backends: Declared.backends(1...1))
        ])
        // Whoever may open the socket is somebody else's matter: everybody, here.
        for path in [daemon.socket, daemon.readOnlySocket] {
            try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
        }
        for path in [lab.folder.path, Programs.folder.path] {
            #expect(try Program.run("setpriv", "--reuid=\(Self.stranger)", "--clear-groups", "ls", path).status == 0)
        }
        func may(_ user: Int, _ groups: [Int] = [], _ socket: String? = nil) throws -> (weight: Bool, mode: Bool) {
            let socket = socket ?? daemon.socket
            #expect(try status(user, groups: groups, socket, "status") == 0)
            let weight = try status(user, groups: groups, socket, "backend", "set", "f", "b1", "weight=3")
            let mode = try status(user, groups: groups, socket, "farm", "set", "f", "mode=snat")
            for status in [weight, mode] { #expect(status == 0 || status == 6) }
            return (weight == 0, mode == 0)
        }
        #expect(try may(Self.stranger) == (false, false))
        #expect(try may(Self.operatorUser) == (true, false))
        #expect(try may(Self.stranger, [5, Self.administratorGroup]) == (true, true))
        #expect(try may(0) == (true, true))
        for (user, groups) in [(Self.operatorUser, []), (Self.stranger, [Self.administratorGroup]), (0, [])] {
            #expect(try may(user, groups, daemon.readOnlySocket) == (false, false))
        }
        // Each attempt has its line.
        let lines = daemon.log.split(separator: "\n")
        #expect(lines.contains { $0.contains("NFTLB_PEER_UID=\(Self.operatorUser)") && $0.contains("accepted") })
        #expect(
            lines.contains { $0.contains("NFTLB_PEER_UID=\(Self.operatorUser)") && $0.contains("RESULT=not-permitted") }
        )
        #expect(lines.contains { $0.contains("NFTLB_PEER_UID=0 ") && $0.contains("SOCKET=rpc-readonly") })
    }

    @Test("A name that nobody has: the daemon says so and does not start")
    func unknown() throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(in: lab.balancer, folder: lab.folder)
        let output = try daemon.run(["--role", "operator=group:no-such-group"])
        #expect(output.status == 2)
        #expect(output.err.contains("no-such-group"))
    }
}
