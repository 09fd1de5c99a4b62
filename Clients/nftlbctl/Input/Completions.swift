// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel

/// Names that only the daemon knows. A daemon that is away or slow completes nothing.
extension CompletionKind {
    /// The names of the farms.
    static var farms: CompletionKind {
        .custom { words, _, _ in (try? names(words).farms.map(\.name)) ?? [] }
    }

    /// The names of the members of the farm that stands before.
    static func members(_ kind: MemberKind) -> CompletionKind {
        .custom { words, _, _ in
            guard let farm = farm(words, after: kind.noun) else { return [] }
            return (try? names(words).farm(farm).members(kind.list, kind.kind).map(\.name)) ?? []
        }
    }

    /// `KEY=`, and `KEY=VALUE` where the values are words.
    static func keys(_ kind: ObjectKind) -> CompletionKind {
        .list(
            kind.assignable.flatMap { row in
                row.type.completions.isEmpty ? ["\(row.key)="] : row.type.completions.map { "\(row.key)=\($0)" }
            })
    }

    private static func names(_ words: [String]) throws(Failure) -> Declared {
        let option =
            words.firstIndex(of: "--socket").flatMap { words.dropFirst($0 + 1).first }
            ?? words.first { $0.hasPrefix("--socket=") }.map { String($0.dropFirst(9)) }
        return try Declared(Daemon(socket: Daemon.socket(option: option), timeout: .seconds(1)))
    }

    /// The word after the noun and its verb.
    private static func farm(_ words: [String], after noun: String) -> String? {
        guard let index = words.firstIndex(of: noun) else { return nil }
        return words.dropFirst(index + 2).first
    }
}
