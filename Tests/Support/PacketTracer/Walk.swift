// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// One packet's walk through one base chain.
struct Walk {
    let table: Ruleset.Table
    let packet: Packet

    /// All travellers through a base chain.
    func run(_ chain: Chain, _ group: [Traveller: Fate]) -> [Traveller: Fate] {
        var done: [Traveller: Fate] = [:]
        var active: [Traveller: Fate] = [:]
        for (traveller, fate) in group {
            if traveller.outcome.isDropped {
                done[traveller] = fate
                continue
            }
            var start = traveller
            start.position = .init(chain: chain.name, rule: 0)
            start.isDone = false
            active[start] = fate
        }
        while !active.isEmpty {
            var next: [Traveller: Fate] = [:]
            for (traveller, fate) in active {
                for (moved, share, rule) in step(traveller) {
                    let trail = rule.map { fate.trail + [$0] } ?? fate.trail
                    if moved.position == nil || moved.isDone {
                        var rested = moved
                        rested.position = nil
                        rested.stack = []
                        done[rested, default: Fate(share: 0, trail: trail)].share += fate.share * share
                    } else {
                        next[moved, default: Fate(share: 0, trail: trail)].share += fate.share * share
                    }
                }
            }
            active = next
        }
        return done
    }

    /// One rule: where travellers are afterwards, how many of them, and the rule if it matched.
    private func step(_ traveller: Traveller) -> [(Traveller, Double, String?)] {
        guard let position = traveller.position, let chain = table.chains[position.chain] else { return [] }
        guard position.rule < chain.rules.count else { return [(returned(traveller), 1, nil)] }
        let rule = chain.rules[position.rule]
        var advanced = traveller
        advanced.position?.rule += 1
        var going: [(Traveller, Double)] = [(advanced, 1)]
        var stopped: [(Traveller, Double, String?)] = []
        for statement in rule.statements {
            var still: [(Traveller, Double)] = []
            for (candidate, share) in going {
                for (result, part, matches) in execute(statement, candidate) {
                    if matches {
                        still.append((result, share * part))
                    } else {
                        stopped.append((result, share * part, nil))
                    }
                }
            }
            going = still
        }
        return stopped + going.map { ($0.0, $0.1, "\(chain.name): \(rule)") }
    }

    /// The end of a chain, or `return`: the calling chain goes on; a base chain ends by its policy, accept.
    private func returned(_ traveller: Traveller) -> Traveller {
        var result = traveller
        result.position = result.stack.popLast()
        return result
    }

    private func execute(_ statement: Statement, _ traveller: Traveller) -> [(Traveller, Double, Bool)] {
        var result = traveller
        switch statement {
        case .match(let left, let relation, let right):
            return [(traveller, 1, compare(left, relation, right, traveller))]
        case .member(let value, let set):
            guard let key = values(value, traveller).first?.0, let contents = table.sets[set] else {
                return [(traveller, 1, false)]
            }
            let isThere = contents.find(key) != nil
            if isThere, contents.declaration.isDynamic { result.outcome.counted.append(label(set, key, contents)) }
            return [(result, 1, isThere)]
        case .notMember(let value, let set):
            if traveller.metered.contains(set) { return [(traveller, 1, false)] }
            let key = values(value, traveller).first?.0
            return [(traveller, 1, key.map { table.sets[set]?.elements[$0] == nil } ?? false)]
        case .setPriority(let value):
            return assign(value, traveller) { $0.outcome.priority = $1 }
        case .setConnectionMark(let value):
            return assign(value, traveller) { $0.outcome.connectionMark = $1 }
        case .setPacketMark(let value):
            return assign(value, traveller) { $0.outcome.packetMark = $1 }
        case .remember(_, _, _, let set):
            result.outcome.remembered.append(set)
            return [(result, 1, true)]
        case .exceed(_, let key, let set), .exceedConnections(_, let key, let set):
            guard !values(key, traveller).isEmpty else { return [(traveller, 1, false)] }
            result.metered.append(set)
            return [(result, 1, packet.isOverLimits)]
        // The first packet of a time keeps to every rate.
        // Without a program, and where the program accepts, the packet goes on to the next base chain.
        case .queue:
            result.isDone = true
            return [(result, 1, true)]
        case .keepTo, .counter, .setHelper, .offload, .setPacketType: return [(traveller, 1, true)]
        case .log(let prefix):
            result.outcome.logged.append(prefix)
            return [(result, 1, true)]
        // The next packet would meet what is left; this one does not.
        case .forget: return [(traveller, 1, true)]
        case .verdictMap(let value, let map):
            guard let key = values(value, traveller).first?.0,
                let verdict = table.sets[map]?.verdicts[ElementBytes.number(key)]
            else { return [(traveller, 1, false)] }
            return [(follow(verdict, traveller), 1, true)]
        case .verdict(let verdict): return [(follow(verdict, traveller), 1, true)]
        case .count(let value, let set):
            guard let key = values(value, traveller).first?.0, let contents = table.sets[set] else {
                return [(traveller, 1, false)]
            }
            result.outcome.counted.append(label(set, key, contents))
            return [(result, 1, true)]
        case .translateDestination(let family, let value):
            guard let data = values(value, traveller).first?.0 else { return [(traveller, 1, false)] }
            let length = packet.destination.count
            result.outcome.address = Array(data.prefix(length))
            if family != nil, data.count > length {
                result.outcome.port = UInt16(data[length]) << 8 | UInt16(data[length + 1])
            }
            result.isDone = true
            return [(result, 1, true)]
        case .setField(let field, let value):
            guard let data = values(value, traveller).first?.0 else { return [(traveller, 1, false)] }
            result.outcome.written[field] = data
            return [(result, 1, true)]
        case .forward(let interface):
            guard let data = values(interface, traveller).first?.0 else { return [(traveller, 1, false)] }
            result.outcome.interface = ElementBytes.number(data)
            result.isDone = true
            return [(result, 1, true)]
        case .translateSource(let value):
            guard let data = values(value, traveller).first?.0 else { return [(traveller, 1, false)] }
            result.outcome.source = .address(data)
            result.isDone = true
            return [(result, 1, true)]
        case .masquerade:
            result.outcome.source = .masqueraded
            result.isDone = true
            return [(result, 1, true)]
        }
    }

    private func label(_ set: String, _ key: [UInt8], _ contents: Ruleset.SetContents) -> String {
        "\(set) \(DataType.text(key, of: contents.declaration.keyFields))"
    }

    private func assign(
        _ value: Expression, _ traveller: Traveller, _ write: (inout Traveller, UInt32) -> Void
    ) -> [(Traveller, Double, Bool)] {
        let possible = values(value, traveller)
        var results: [(Traveller, Double, Bool)] = possible.map { bytes, share in
            var result = traveller
            write(&result, ElementBytes.number(bytes))
            return (result, share, true)
        }
        let found = possible.reduce(0) { $0 + $1.1 }
        if found < 1 - 1e-12 { results.append((traveller, 1 - found, false)) }
        return results
    }

    private func follow(_ verdict: Verdict, _ traveller: Traveller) -> Traveller {
        var result = traveller
        switch verdict {
        case .accept: result.isDone = true
        case .drop:
            result.outcome.isDropped = true
            result.isDone = true
        case .return: return returned(traveller)
        case .jump(let chain):
            if let position = result.position { result.stack.append(position) }
            result.position = .init(chain: chain, rule: 0)
        case .goto(let chain): result.position = .init(chain: chain, rule: 0)
        }
        return result
    }
}
