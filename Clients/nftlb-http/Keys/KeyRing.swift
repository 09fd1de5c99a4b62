// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol

/// The keys that clients may have, and what each allows. It is never printed.
struct KeyRing: Sendable {
    private struct Key: Sendable {
        let bytes: [UInt8]
        let role: Role
    }

    private let keys: [Key]

    /// One key that allows everything.
    init(key: String) {
        keys = [Key(bytes: Array(key.utf8), role: .administrator)]
    }

    /// Why a file of keys is not one. It names the line and not what is in it.
    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    /// The keys of a file: one a line, behind it the word of its role; without one it allows everything. Empty lines and
    /// lines that begin with `#` say nothing.
    init(file: String) throws(Mistake) {
        var keys: [Key] = []
        for (number, line) in file.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard words.count <= 2 else {
                throw Mistake(description: "line \(number + 1) has more than a key and a role")
            }
            var role = Role.administrator
            if words.count == 2 {
                guard let known = Role.allCases.first(where: { $0.word == words[1] }) else {
                    let roles = Role.allCases.map(\.word).joined(separator: ", ")
                    throw Mistake(description: "line \(number + 1): the role is none of \(roles)")
                }
                role = known
            }
            keys.append(Key(bytes: Array(first.utf8), role: role))
        }
        if keys.isEmpty { throw Mistake(description: "there is no key in it") }
        self.keys = keys
    }

    /// What a key allows; nil: nobody has that key. Takes as long for a wrong key as for a right one: every byte of it is
    /// compared with every key.
    func role(of text: String) -> Role? {
        let given = Array(text.utf8)
        var role: Role?
        for key in keys where Self.isSame(given, key.bytes) { role = max(role ?? key.role, key.role) }
        return role
    }

    private static func isSame(_ given: [UInt8], _ key: [UInt8]) -> Bool {
        var difference = given.count ^ key.count
        for (index, byte) in given.enumerated() { difference |= Int(byte ^ key[index % key.count]) }
        return difference == 0
    }
}
