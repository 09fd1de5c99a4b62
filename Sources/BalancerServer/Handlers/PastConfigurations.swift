// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel

/// Configurations as they were. One of which somebody had a page is kept for a while: going back may take long, and the
/// positions of its objects are those of one going back alone.
final class PastConfigurations {
    /// How long one waits for its next page, in milliseconds.
    private static let patience = 30_000

    private let engine: Engine
    private let clock: any ServerClock
    private var kept: (revision: UInt64, configuration: Configuration)?
    private var made: (revision: UInt64, configuration: Configuration)?
    private var uses: UInt64 = 0

    init(engine: Engine, clock: any ServerClock) {
        self.engine = engine
        self.clock = clock
    }

    /// The configuration right after a revision.
    ///
    /// - Parameter isNextPage: whether pages of it were asked for before; `conflict` when it is no longer kept.
    func configuration(
        at revision: UInt64, isNextPage: Bool, completion: @escaping (Result<Configuration, BalancerError>) -> Void
    ) {
        if let unknown = engine.unknownReason { return completion(.failure(unknown)) }
        if revision == engine.revision { return completion(.success(engine.configuration)) }
        if isNextPage {
            if let kept, kept.revision == revision { return completion(.success(kept.configuration)) }
            return completion(
                .failure(
                    BalancerError(
                        .conflict, "the listing of this cursor is gone", hint: "begin again without a cursor")))
        }
        engine.configuration(at: revision) { [weak self] result in
            if case .success(let configuration) = result { self?.made = (revision, configuration) }
            completion(result)
            self?.made = nil
        }
    }

    /// Keeps the one that was asked for last, which somebody wants more pages of; nil: nobody does.
    func keep(_ revision: UInt64?) {
        if let made, made.revision == revision { kept = made }
        guard let revision, kept?.revision == revision else { return }
        uses += 1
        let use = uses
        clock.after(milliseconds: Self.patience) { [weak self] in
            if self?.uses == use { self?.kept = nil }
        }
    }
}
