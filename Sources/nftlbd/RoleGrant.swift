// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import BalancerServer
import Glibc

/// One `--role`: what a user, or the members of a group, may do.
struct RoleGrant: Equatable {
    enum Subject: Equatable {
        case user(String)
        case group(String)
    }

    let role: Role
    let subject: Subject

    /// Reads `operator=group:balancers`: a role, and a user or group by name or number.
    init(parsing text: String) throws(UsageError) {
        let parts = text.split(separator: "=", maxSplits: 1)
        let roles = Role.allCases.map(\.word).joined(separator: ", ")
        guard parts.count == 2, let role = Role.allCases.first(where: { $0.word == parts[0] }) else {
            throw UsageError(reason: "--role: \"\(text)\" does not begin with a role (\(roles)) and an equals sign")
        }
        let words = parts[1].split(separator: ":", maxSplits: 1).map(String.init)
        guard words.count == 2, ["user", "group"].contains(words[0]) else {
            throw UsageError(reason: "--role: \"\(parts[1])\" is neither user:NAME nor group:NAME")
        }
        self.role = role
        subject = words[0] == "user" ? .user(words[1]) : .group(words[1])
    }

    /// Adds it to a table, by number. Names are looked up once, now: a directory that is slow must not stop the loop later.
    func add(to table: inout Authorization) throws(Failure) {
        switch subject {
        case .user(let name):
            let number = try Self.known(name, "user", UInt32(name) ?? (unsafe getpwnam(name)?.pointee.pw_uid))
            table.users[number] = max(role, table.users[number] ?? .reader)
        case .group(let name):
            let number = try Self.known(name, "group", UInt32(name) ?? (unsafe getgrnam(name)?.pointee.gr_gid))
            table.groups[number] = max(role, table.groups[number] ?? .reader)
        }
    }

    private static func known(_ name: String, _ noun: String, _ number: UInt32?) throws(Failure) -> UInt32 {
        guard let number else { throw Failure(status: .usage, reason: "--role: there is no \(noun) \"\(name)\"") }
        return number
    }
}
