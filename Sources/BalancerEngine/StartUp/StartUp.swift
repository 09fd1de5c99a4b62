// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

/// Reads the store, page by page, then hands over to the comparison with the kernel.
final class StartUp: Work {
    private enum Stage {
        case opening
        case reading(StoredFarms)
        case merging(StoredFarms, next: Int)
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
                if let stored = try engine.store.metadata(MetadataKey.numbers) {
                    engine.numbers = Numbers(encoded: stored) ?? Numbers()
                }
                stage = .reading(StoredFarms())
            case .reading(var farms):
                stage = .opening
                let rows = try engine.store.nextObjects(limit: Self.page)
                for row in rows { try farms.add(row) }
                stage = rows.isEmpty ? .merging(farms, next: 0) : .reading(farms)
            case .merging(let farms, let next):
                let end = min(next + Self.piece, farms.entries.count)
                merge(farms.entries[next..<end])
                stage = .merging(farms, next: end)
                if end == farms.entries.count { return compare() }
            }
            return .more
        } catch {
            // The kernel keeps what it has; changes are refused until a configuration is applied or a backup restored.
            engine.becomeReady(.degraded("the store cannot be read: \(error.message)"))
            completion(.failure(.store(error)))
            return .finished
        }
    }

    private func merge(_ entries: ArraySlice<StoredFarms.Entry>) {
        engine.configuration.merge(
            ConfigurationDelta(
                farms: entries.map { ObjectDifference(name: $0.farm.name, before: nil, after: $0.farm) }))
        for entry in entries {
            engine.numbers.claim(farm: entry.identity.number)
            for number in entry.identity.backendNumbers { engine.numbers.claim(backend: number) }
            engine.nextPosition = max(engine.nextPosition, entry.identity.position + 1)
            engine.farms[entry.farm.name] = InstalledFarm(identity: entry.identity)
        }
    }

    private func compare() -> WorkProgress {
        let comparison = Comparison(engine: engine, isStart: true) { [engine, completion] result in
            if case .success = result { engine.becomeReady(.ready) }
            completion(result)
        }
        engine.replaceWork(with: comparison)
        return .more
    }
}

/// Keys of the store's metadata that the engine owns.
enum MetadataKey {
    /// The store's id, made with the store: the comment of our tables.
    static let storeID = "store-id"
    /// Where the hands of `Numbers` stand.
    static let numbers = "numbers"
    /// The kernel's digests of what the helper installed, see `SkeletonRecord`.
    static let skeleton = "skeleton"
}
