// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import Nftables

/// A line of the kernel's log: its beginning, and how often it is written. One chain for each; what writes it is data.
public struct LogLine: Sendable, Hashable {
    /// How it begins.
    public var prefix: LogPrefix
    /// How another line begins that is written with it; nil: there is none.
    public var second: LogPrefix?
    /// How often it is written; nil: always.
    public var rate: PacketRate?

    /// A line.
    public init(prefix: LogPrefix, second: LogPrefix? = nil, rate: PacketRate? = nil) {
        self.prefix = prefix
        self.second = second
        self.rate = rate
    }

    /// The chain that writes it.
    func chain(in family: TableFamily) -> Chain {
        let statements: [Statement] =
            (rate.map { [Statement.keepTo($0)] } ?? []) + [.counter, .log(prefix: prefix.text)]
        let more = second.map { [Rule(.counter, .log(prefix: $0.text))] } ?? []
        return Chain(
            digesting: [Rule(statements: statements)] + more, prefix: "log-", comment: "write a line into the log")
    }

    /// The rule that writes the line of whoever `subject` is, if he has one. The register then holds the line, too.
    static func write(by subject: Expression, in map: SetDeclaration) -> Rule {
        Rule(
            .setPriority(.lookup(subject, map: map.name)),
            .verdictMap(.masked(.meta(.priority), Register.shapeMask), map: Maps.logs.name))
    }
}

extension LogLine: NumberedChain {
    static var map: SetDeclaration { Maps.logs }

    func chainName(in family: TableFamily) -> String { chain(in: family).name }
}
