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

    /// The names of the policies.
    static var policies: CompletionKind {
        .custom { words, _, _ in (try? names(words).policies.map(\.name)) ?? [] }
    }

    /// The names of the clusters.
    static var clusters: CompletionKind {
        .custom { words, _, _ in (try? names(words).clusters.map(\.name)) ?? [] }
    }

    /// The names of the members of the farm that stands before.
    static func members(_ kind: MemberKind) -> CompletionKind {
        .custom { words, _, _ in
            guard let farm = farm(words, after: kind.noun) else { return [] }
            return (try? names(words).farm(farm).members(kind.list, kind.kind).map(\.name)) ?? []
        }
    }

    /// The addresses outside of farms and the farms; after a farm its addresses.
    static var addresses: CompletionKind {
        .custom { words, _, _ in addresses(words) }
    }

    /// The same, then `KEY=`, and `KEY=VALUE` where the values are words.
    static var addressesAndKeys: CompletionKind {
        .custom { words, _, _ in
            let isFirst = arguments(words, after: "address").count < 2
            return addresses(words) + (isFirst ? [] : keyWords(.farmAddress))
        }
    }

    private static func addresses(_ words: [String]) -> [String] {
        guard let declared = try? names(words) else { return [] }
        let arguments = arguments(words, after: "address")
        if arguments.count < 2 { return (declared.addresses + declared.farms).map(\.name) }
        guard arguments.count == 2, let farm = try? declared.farm(arguments[arguments.startIndex]) else { return [] }
        return farm.farmAddresses.map(\.name)
    }

    /// `KEY=`, and `KEY=VALUE` where the values are words.
    static func keys(_ kind: ObjectKind) -> CompletionKind {
        .list(keyWords(kind))
    }

    private static func keyWords(_ kind: ObjectKind) -> [String] {
        kind.assignable.flatMap { row in
            row.type.completions.isEmpty ? ["\(row.key)="] : row.type.completions.map { "\(row.key)=\($0)" }
        }
    }

    private static func names(_ words: [String]) throws(Failure) -> Declared {
        let option =
            words.firstIndex(of: "--socket").flatMap { words.dropFirst($0 + 1).first }
            ?? words.first { $0.hasPrefix("--socket=") }.map { String($0.dropFirst(9)) }
        return try Declared(Daemon(socket: Daemon.socket(option: option), timeout: .seconds(1)))
    }

    /// The word after the noun and its verb.
    private static func farm(_ words: [String], after noun: String) -> String? {
        arguments(words, after: noun).first
    }

    /// The words after the noun and its verb.
    private static func arguments(_ words: [String], after noun: String) -> ArraySlice<String> {
        guard let index = words.firstIndex(of: noun) else { return [] }
        return words.dropFirst(index + 2)
    }
}
