// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// How a farm was and how it is: what the groups since the last review have changed.
struct FarmTransition {
    var before: CompiledFarm?
    var after: CompiledFarm?
}

/// Looks for connections that must be judged again and makes the kernel forget them: one walk over the connections of a
/// family at most, whatever the number of farms that changed, and none where nothing can be stale.
///
/// It reads no map and no part of the engine that a change writes, so it goes on beside changes, a piece in each turn of the
/// loop.
final class ConnectionReview: Work {
    private enum Stage {
        case collecting(next: Int)
        case beginning(AddressFamily)
        case reading(AddressFamily, any ConnectionDump)
    }

    private let connections: any ConnectionPort
    private let transitions: [FarmTransition]
    private let isWhole: Bool
    private let lost: [UInt32: Set<Judgement.Place>]
    private let ended: (Result<Int, KernelFailure>) -> Void
    private var judgements: [AddressFamily: Judgement] = [:]
    private var whole: [AddressFamily: WholeJudgement] = [:]
    private var stage = Stage.collecting(next: 0)
    private var forgotten = 0

    /// Farms in one piece of work: some milliseconds.
    private static let piece = 64

    /// - Parameters:
    ///   - transitions: what changed; of a whole review: every farm, as it is.
    ///   - isWhole: whether what fits none of the farms is forgotten, not what a change makes questionable.
    ///   - lost: for a whole review: where backends were lost, by their numbers.
    ///   - ended: called at the end: how many connections were forgotten.
    init(
        connections: any ConnectionPort, transitions: [FarmTransition], isWhole: Bool,
        lost: [UInt32: Set<Judgement.Place>] = [:],
        ended: @escaping (Result<Int, KernelFailure>) -> Void
    ) {
        self.connections = connections
        self.transitions = transitions
        self.isWhole = isWhole
        self.lost = lost
        self.ended = ended
    }

    func advance() -> WorkProgress {
        do throws(KernelFailure) {
            switch stage {
            case .collecting(let next): return collect(from: next)
            case .beginning(let family):
                guard let filter = filter(family) else { return leave(family) }
                stage = .reading(family, try connections.beginDump(filter))
            case .reading(let family, let dump):
                guard let part = try dump.next() else { return leave(family) }
                let stale = part.filter { isStale($0, family) }
                if !stale.isEmpty { forgotten += try connections.forget(stale) }
            }
            return .more
        } catch {
            ended(.failure(error))
            return .finished
        }
    }

    private func collect(from next: Int) -> WorkProgress {
        if isWhole, next == 0 { beginWhole() }
        let end = min(next + Self.piece, transitions.count)
        for transition in transitions[next..<end] {
            for family in AddressFamily.allCases {
                let table = TableFamily(family)
                if isWhole {
                    if let fragment = transition.after?[table] { whole[family, default: .init()].add(fragment) }
                } else {
                    judgements[family, default: .init()].add(
                        from: transition.before?[table], to: transition.after?[table])
                }
            }
        }
        stage = end == transitions.count ? .beginning(.ipv4) : .collecting(next: end)
        return .more
    }

    private func beginWhole() {
        for family in AddressFamily.allCases {
            whole[family] = WholeJudgement(
                lost: lost.compactMapValues { places in
                    let own = places.filter { $0.address.family == family }
                    return own.isEmpty ? nil : own
                })
        }
    }

    private func filter(_ family: AddressFamily) -> ConnectionFilter? {
        if isWhole {
            guard let judgement = whole[family], !judgement.isEmpty else { return nil }
            return ConnectionFilter(family: family)
        }
        guard let judgement = judgements[family], !judgement.isEmpty else { return nil }
        return judgement.filter(family)
    }

    private func isStale(_ connection: TrackedConnection, _ family: AddressFamily) -> Bool {
        isWhole
            ? whole[family]?.isStale(connection) ?? false : judgements[family]?.isStale(connection) ?? false
    }

    private func leave(_ family: AddressFamily) -> WorkProgress {
        switch family {
        case .ipv4:
            stage = .beginning(.ipv6)
            return .more
        case .ipv6:
            ended(.success(forgotten))
            return .finished
        }
    }
}
