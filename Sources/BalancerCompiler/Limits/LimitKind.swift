// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// What a limit looks at. Each has a set of hits, a map of log lines and chains of its own, for all farms.
enum LimitKind: String, Sendable, Hashable, CaseIterable {
    /// New connections of a source.
    case new
    /// RST packets of a source.
    case reset = "rst"
    /// Connections of a source.
    case established = "est"
    /// Packets of no connection.
    case strict
    /// Connections of a backend.
    case backend = "best"

    /// Whose hits they are: a farm's, which is in the register, or a backend's.
    var subject: Expression { self == .backend ? .connection(.mark) : .meta(.priority) }

    /// Who hit it how often, made by traffic.
    var hits: SetDeclaration {
        SetDeclaration(
            "hits-\(rawValue)", key: .expressions([subject]), isDynamic: true,
            size: self == .backend ? Maps.backendsSize : Maps.shapesSize)
    }

    /// Whose hits write which line.
    var lines: MapKind {
        switch self {
        case .new: .logNew
        case .reset: .logReset
        case .established: .logEstablished
        case .strict: .logStrict
        case .backend: .logBackend
        }
    }

    /// What a hit does.
    func verdict(isDropping: Bool) -> Statement {
        .verdict(isDropping ? .goto(dropName) : .jump(countName))
    }

    private var countName: String { "count-\(rawValue)" }
    private var dropName: String { "hit-\(rawValue)" }

    /// The chains behind a hit. A full set of hits keeps nothing from being dropped: each rule ends for itself.
    func chains(isDropping: Bool, in family: TableFamily) -> [Chain] {
        let count = Chain(
            countName, comment: "count a hit, write its line",
            rules: [
                Rule(.count(subject, in: hits.name)),
                LogLine.write(by: subject, in: lines.declaration(in: family)), Shape.keepFarm,
            ])
        let drop = Chain(
            dropName, comment: "what is over a limit",
            rules: [Rule(.verdict(.jump(countName))), Rule(.verdict(.drop))])
        return isDropping ? [count, drop] : [count]
    }

    /// The sets and maps that those chains use.
    func sets(in family: TableFamily) -> [SetDeclaration] { [hits, lines.declaration(in: family), Maps.logs] }
}
