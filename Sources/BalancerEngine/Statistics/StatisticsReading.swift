// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
public import BalancerModel
import Nftables

/// Of which farms figures are wanted.
public enum StatisticsSelection: Sendable, Hashable {
    /// Of all.
    case all
    /// Of these, in this order.
    case farms([Name])
}

/// Reads counters and puts them together with the names of farms and backends, a piece in each turn: whole sets by dump, or
/// by key what belongs to some farms when that is less work.
///
/// Changes may come between two pieces. Each farm is what it is when its piece comes; a backend that has gone since is still
/// counted in its farm's sum, because its counters are removed only when nobody reads (`Engine.enqueueCounterWork`).
final class StatisticsReading: Work {
    private enum Stage {
        case beginning
        case dumping([CounterSet], CounterReader)
        case lookingUp([(set: CounterSet, keys: ElementList)], SetReader<CountedElements>)
        case readingHits([NumberedHits], WholeSetReader<CountedElements>?)
        case assembling
    }

    /// Counters that are all one object's.
    private typealias NumberedHits = (subject: HitSubject, forms: [ElementForm])

    private enum HitSubject {
        case policy(Policy)
        case cluster(Cluster, CompiledCluster)
    }

    private let engine: Engine
    private let selection: StatisticsSelection
    private let ended: (Result<Statistics, BalancerError>) -> Void
    private var stage = Stage.beginning
    private var tally = CounterTally()
    private var farms: [FarmFigures] = []
    private var policies: [PolicyFigures] = []
    private var clusters: [ClusterFigures] = []
    /// What the object that is being read has counted in the tables before.
    private var hits = PacketCount.zero
    /// How many of the farms asked for are done, or the position of the last one.
    private var next: UInt64 = 0

    /// Farms in one piece of work: some hundred microseconds.
    private static let piece = 64

    /// - Parameter ended: called at the end.
    init(
        engine: Engine, of selection: StatisticsSelection, ended: @escaping (Result<Statistics, BalancerError>) -> Void
    ) {
        self.engine = engine
        self.selection = selection
        self.ended = ended
    }

    func advance() -> WorkProgress {
        do throws(BalancerError) {
            switch stage {
            case .beginning: try begin()
            case .dumping, .lookingUp, .readingHits: try read()
            case .assembling:
                guard try assemble() else { break }
                ended(
                    .success(
                        Statistics(revision: engine.revision, farms: farms, policies: policies, clusters: clusters)))
                return .finished
            }
            return .more
        } catch {
            ended(.failure(error))
            return .finished
        }
    }

    // MARK: Reading

    private func begin() throws(BalancerError) {
        switch selection {
        case .all: dump(engine.skeleton.counterSets[...])
        case .farms(let names):
            var backends: [UInt32] = []
            var numbers: [UInt16] = []
            // One that is asked for twice is counted once.
            for name in Set(names) {
                guard let identity = engine.farms[try engine.declaredFarm(name).name]?.identity else { continue }
                numbers.append(identity.number)
                backends += identity.backendNumbers
                backends += engine.retiredNumbers(of: identity.number)
            }
            let keys = engine.skeleton.counterKeys(ofBackends: backends, farms: numbers)
            if engine.isLookUpCheaper(keys) { lookUp(keys[...]) } else { dump(engine.skeleton.counterSets[...]) }
        }
    }

    private func read() throws(BalancerError) {
        do throws(KernelFailure) {
            switch stage {
            case .beginning, .assembling: break
            case .dumping(let rest, var reader):
                // Nobody else holds the reader then: what it has seen is not copied.
                stage = .beginning
                guard try reader.advance(into: &tally) else { return stage = .dumping(rest, reader) }
                engine.counterDigests[reader.set.form.set] = reader.digest
                dump(rest[...])
            case .lookingUp(let rest, var reader):
                let step = try reader.advance()
                stage = .lookingUp(rest, reader)
                switch step {
                case .part(let part): tally.add(part, in: rest[0].set)
                case .tear: break
                case .end: lookUp(rest.dropFirst())
                }
            case .readingHits(var rest, let reader):
                guard let next = rest.last else { return stage = .assembling }
                if let form = next.forms.last {
                    var reader = reader ?? WholeSetReader(SetReader(engine.kernel, all: form), form: form)
                    guard let found = try reader.advance() else { return stage = .readingHits(rest, reader) }
                    hits = found.counts.reduce(hits, +)
                    rest[rest.count - 1].forms.removeLast()
                } else {
                    rest.removeLast()
                    add(hits, of: next.subject)
                    hits = .zero
                }
                stage = .readingHits(rest, nil)
            }
        } catch {
            throw BalancerError(.refusedByKernel, "the counters cannot be read: \(error)")
        }
    }

    private func dump(_ sets: ArraySlice<CounterSet>) {
        guard let set = sets.first else { return readHits() }
        stage = .dumping(Array(sets.dropFirst()), engine.counterReader(of: set))
    }

    /// What policies and the cluster have counted, when everything is wanted. One that goes meanwhile is left out.
    private func readHits() {
        guard selection == .all else { return stage = .assembling }
        var all: [NumberedHits] = engine.numberedPolicies.reversed().map { number, policy in
            (.policy(policy), engine.skeleton.hits(ofPolicy: number, policy.family))
        }
        if let cluster = engine.configuration.cluster, let compiled = engine.cluster {
            all.append((.cluster(cluster, compiled), engine.skeleton.foreignPackets))
        }
        stage = .readingHits(all.filter { !$0.forms.isEmpty }, nil)
    }

    private func add(_ hits: PacketCount, of subject: HitSubject) {
        switch subject {
        case .policy(let policy):
            policies.append(
                PolicyFigures(
                    name: policy.name, elements: policy.elements.count, packets: hits.packets, bytes: hits.bytes))
        case .cluster(let cluster, let compiled):
            clusters.append(
                ClusterFigures(
                    name: cluster.name, node: cluster.node ?? cluster.name, slots: compiled.owned.count,
                    slotsInAll: Int(NodeSpread.slots), foreignPackets: hits.packets, foreignBytes: hits.bytes))
        }
    }

    private func lookUp(_ lists: ArraySlice<(set: CounterSet, keys: ElementList)>) {
        guard let list = lists.first else { return stage = .assembling }
        stage = .lookingUp(Array(lists), SetReader(engine.kernel, keys: list.keys, dataLength: 0))
    }

    // MARK: Putting together

    /// - Returns: whether all farms are done.
    private func assemble() throws(BalancerError) -> Bool {
        switch selection {
        case .all:
            let page = engine.configuration.farms.page(after: next, limit: Self.piece)
            for (position, farm) in page {
                farms.append(figures(of: farm))
                next = position
            }
            return page.count < Self.piece
        case .farms(let names):
            let end = min(Int(next) + Self.piece, names.count)
            for name in names[Int(next)..<end] { farms.append(figures(of: try engine.declaredFarm(name))) }
            next = UInt64(end)
            return end == names.count
        }
    }

    private func figures(of farm: Farm) -> FarmFigures {
        guard let identity = engine.farms[farm.name]?.identity else {
            return FarmFigures(
                name: farm.name, total: .init(), backends: farm.backends.map { .init(name: $0.name, figures: .init()) })
        }
        var total = engine.pastFigures[identity.number] ?? .init()
        total += tally.farms[identity.number] ?? .init()
        var carried: [UInt32: TrafficFigures] = [:]
        for number in engine.retiredNumbers(of: identity.number) {
            let figures = tally.backends[number] ?? .init()
            total += figures
            guard let heir = engine.heir(of: number) else { continue }
            carried[heir, default: .init()] += figures
            carried[heir, default: .init()] += tally.proxied[number] ?? .init()
        }
        let backends = zip(farm.backends, identity.backendNumbers).map { backend, number in
            var figures = tally.backends[number] ?? .init()
            total += figures
            // The farm has counted the client for which the proxy asks.
            figures += tally.proxied[number] ?? .init()
            figures += carried[number] ?? .init()
            return BackendFigures(name: backend.name, figures: figures)
        }
        return FarmFigures(name: farm.name, total: total, backends: backends)
    }
}
