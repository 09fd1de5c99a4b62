// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

extension Engine {
    /// The newest revisions before one, newest first.
    public func history(before revision: UInt64, limit: Int) throws(BalancerError) -> [RevisionHead] {
        do throws(StoreFailure) {
            return try store.revisions(before: revision, limit: limit)
        } catch {
            throw BalancerError(error)
        }
    }

    /// The configuration as it was right after a revision.
    ///
    /// - Parameter completion: called once, at once or in a later turn of the loop; `not-found` when there never was such a
    ///   revision, or what was changed after it is kept no more.
    public func configuration(
        at revision: UInt64, completion: @escaping (Result<Configuration, BalancerError>) -> Void
    ) {
        if revision == self.revision { return completion(.success(configuration)) }
        do throws(BalancerError) {
            let work = PastConfiguration(configuration, try StepsBack(self, to: revision))
            runAside(work) { _ in completion(work.result) }
        } catch {
            completion(.failure(error))
        }
    }
}

/// Goes back from the configuration of a moment to an older one, beside changes.
private final class PastConfiguration: Work {
    private let base: Configuration
    private var draft: Draft
    private var steps: StepsBack
    private(set) var result: Result<Configuration, BalancerError>

    /// Objects in one piece of work: less than a millisecond.
    private static let piece = 50

    init(_ base: Configuration, _ steps: StepsBack) {
        self.base = base
        self.steps = steps
        draft = Draft(on: base)
        result = .success(base)
    }

    func advance() -> WorkProgress {
        do throws(BalancerError) {
            guard try steps.advance(&draft, objects: Self.piece) else { return .more }
            var configuration = base
            configuration.merge(draft.delta)
            result = .success(configuration)
        } catch {
            result = .failure(error)
        }
        return .finished
    }
}
