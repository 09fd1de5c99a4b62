// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

/// Reads the store, page by page, then hands over to the comparison with the kernel.
final class StartUp: Work {
    private enum Stage {
        case opening
        case reading(StoredObjects)
        case readingElements(StoredObjects)
        case mergingShared(StoredObjects, next: Int)
        case mergingFarms(StoredObjects, next: Int)
        case takingFacts
    }

    private let engine: Engine
    private let completion: (Result<Void, StartFailure>) -> Void
    private var stage = Stage.opening

    /// Rows in one piece of work, and farms: some milliseconds each.
    private static let page = 1000
    private static let piece = 200

    init(engine: Engine, completion: @escaping (Result<Void, StartFailure>) -> Void) {
        self.engine = engine
        self.completion = completion
    }

    func advance() -> WorkProgress {
        do throws(StoreFailure) {
            switch stage {
            case .opening:
                engine.revision = try engine.store.newestRevision()
                // The tables of another are brought to what is to be, not to a store without farms first.
                if engine.adopt, engine.revision == 0, let submission = engine.takeWholeSubmission() {
                    engine.replaceWork(
                        with: Recovery(engine: engine, submission: submission, start: completion))
                    return .more
                }
                if let stored = try engine.store.metadata(MetadataKey.numbers) {
                    engine.numbers = Numbers(encoded: stored) ?? Numbers()
                }
                if let stored = try engine.store.metadata(MetadataKey.sharedNumbers) {
                    engine.sharedNumbers = SharedNumbers(encoded: stored) ?? SharedNumbers()
                }
                if let stored = try engine.store.metadata(MetadataKey.cuts) {
                    engine.cuts.stored = Set(encodedNumbers: stored)
                }
                try engine.readLeftovers()
                if let stored = try engine.store.metadata(MetadataKey.heirs) {
                    engine.storedHeirs = Dictionary(encodedNumbers: stored)
                }
                try engine.readConfirmation()
                stage = .reading(StoredObjects())
            case .reading(var objects):
                stage = .opening
                let rows = try engine.store.nextObjects(limit: Self.page)
                for row in rows { try objects.add(row) }
                stage = rows.isEmpty ? .readingElements(objects) : .reading(objects)
            case .readingElements(var objects):
                stage = .opening
                let rows = try engine.store.nextElements(limit: Self.page * 4)
                try objects.add(rows)
                stage = rows.isEmpty ? .mergingShared(objects, next: 0) : .readingElements(objects)
            case .mergingShared(let objects, let next):
                let end = min(next + Self.piece, objects.shared.count)
                try merge(objects.shared[next..<end])
                stage =
                    end == objects.shared.count ? .mergingFarms(objects, next: 0) : .mergingShared(objects, next: end)
            case .mergingFarms(let objects, let next):
                let end = min(next + Self.piece, objects.entries.count)
                try merge(objects.entries[next..<end])
                stage = .mergingFarms(objects, next: end)
                if end == objects.entries.count {
                    engine.beginFacts(for: engine.configuration.farms, engine.configuration.cluster)
                    stage = .takingFacts
                }
            case .takingFacts:
                guard engine.lookUpFacts() else { return .more }
                engine.network?.farms.cluster = engine.configuration.cluster
                engine.noteFarms(before: [], after: engine.configuration.farms)
                return compare()
            }
            return .more
        } catch {
            // The kernel keeps what it has; changes are refused until a whole configuration is applied or a backup restored.
            engine.forgetDeclared()
            engine.becomeReady(.degraded("the store cannot be read: \(error.message)"))
            completion(.failure(.store(error)))
            return .finished
        }
    }

    private func merge(_ objects: ArraySlice<(object: SharedObject, number: Int64)>) throws(StoreFailure) {
        var delta = ConfigurationDelta()
        for (object, number) in objects {
            switch object {
            case .address(let address):
                delta.addresses.append(ObjectDifference(name: address.name, before: nil, after: address))
            case .policy(let policy):
                delta.policies.append(ObjectDifference(name: policy.name, before: nil, after: policy))
            case .cluster(let cluster):
                delta.clusters.append(ObjectDifference(name: cluster.name, before: nil, after: cluster))
            }
            engine.sharedNumbers.claim(number, for: object)
        }
        try adopt(delta)
    }

    /// What rows say together may be wrong although each of them is right.
    private func adopt(_ delta: ConfigurationDelta) throws(StoreFailure) {
        do throws(BalancerError) {
            try engine.configuration.adopt(delta)
        } catch {
            throw StoreFailure(kind: .damaged, message: "\(error)")
        }
    }

    /// The addresses outside of farms are there already: a row has only their names.
    private func merge(_ entries: ArraySlice<StoredObjects.Entry>) throws(StoreFailure) {
        let farms = entries.map { entry in
            var farm = entry.farm
            farm.resolveAddresses { engine.configuration.addresses[$0] }
            return farm
        }
        try adopt(
            ConfigurationDelta(farms: farms.map { ObjectDifference(name: $0.name, before: nil, after: $0) }))
        for (entry, farm) in zip(entries, farms) {
            engine.numbers.claim(farm: entry.identity.number)
            for number in entry.identity.backendNumbers { engine.numbers.claim(backend: number) }
            engine.nextPosition = max(engine.nextPosition, entry.identity.position + 1)
            engine.farms[entry.farm.name] = InstalledFarm(
                identity: entry.identity,
                moments: FarmMoments(
                    farm.condition(in: engine.facts), stored: entry.moments, backends: entry.backendMoments,
                    now: engine.scheduler.wallClock))
        }
    }

    private func compare() -> WorkProgress {
        engine.resolvePolicies()
        let comparison = Comparison(engine: engine, reason: .start) { [engine, completion] result in
            guard case .success = result else { return completion(result.map { _ in }) }
            var (isReady, isResumed) = (false, false)
            engine.resumeConfirmation {
                // Nothing is said before the engine is ready.
                if isReady { completion(.success(())) } else { isResumed = true }
            }
            engine.becomeReady(.ready)
            isReady = true
            // What was told meanwhile.
            engine.scheduleFacts()
            engine.scheduleExpiry()
            engine.resumeDrains()
            engine.resumeLeftovers()
            engine.resumeHeirs()
            engine.restoreGivenNumbers()
            engine.reviewStates()
            if isResumed { completion(.success(())) }
        }
        engine.replaceWork(with: comparison)
        return .more
    }
}

extension Engine {
    /// Half of what was declared is nothing to show.
    func forgetDeclared() {
        configuration = Configuration()
        farms = [:]
        numbers = Numbers()
        sharedNumbers = SharedNumbers()
        nextPosition = 0
        leftovers = LeftoverQueue()
        reviews.wholeRevisions = []
    }
}

/// Keys of the store's metadata that the engine owns.
enum MetadataKey {
    /// The store's id, made with the store: the comment of our tables.
    static let storeID = "store-id"
    /// Where the hands of `Numbers` stand.
    static let numbers = "numbers"
    /// Backends whose connections are to be cut, see `Cuts`.
    static let cuts = "cuts"
    /// Revisions that left something to be done, see `LeftoverQueue`.
    static let leftovers = "leftovers"
    /// Numbers that backends had before, and which followed, see `CounterHeirs`.
    static let heirs = "heirs"
    /// The next number of a shared object.
    static let sharedNumbers = "shared-numbers"
    /// The kernel's digests of what the helper installed, see `SkeletonRecord`.
    static let skeleton = "skeleton"
    /// The change that waits for its confirmation, see `UnconfirmedChange`.
    static let unconfirmed = "unconfirmed"
}
