// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

package import BalancerEngine
package import BalancerModel
package import JSON
package import Nftables

/// An engine over a kernel, a store and a loop of a test's own.
package final class EngineBench {
    package let scheduler: FakeScheduler
    package let kernel: FakeKernel
    package let connections = FakeConnections()
    package let network: FakeNetwork
    package let store: FakeStore
    package let failPoints: FakeFailPoints
    package let observer = RecordingObserver()
    package let engine: Engine
    /// How the start ended.
    package private(set) var start: Result<Void, StartFailure>?

    /// A bench, with an empty kernel and store or with what another one left.
    package init(
        kernel ruleset: Ruleset = Ruleset(), store contents: FakeStore.Contents = FakeStore.Contents(),
        adopt: Bool = false,
        tornDumps: Int = 0, network: FakeNetwork = FakeNetwork(), starting: Bool = true
    ) {
        self.network = network
        scheduler = FakeScheduler()
        kernel = FakeKernel(scheduler: scheduler)
        kernel.ruleset = ruleset
        kernel.tornDumps = tornDumps
        store = FakeStore(scheduler: scheduler, contents: contents)
        failPoints = FakeFailPoints()
        engine = Engine(
            kernel: kernel, connections: connections, network: network, store: store, scheduler: scheduler,
            observer: observer, failPoints: failPoints,
            adopt: adopt,
            transactionLimit: 300)
        failPoints.bench = self
        network.told = { [unowned engine] in engine.note($0) }
        if starting { begin() }
    }

    /// Starts the engine, and turns the loop until all is done.
    package func begin() {
        engine.start { [unowned self] in start = $0 }
        scheduler.run()
    }

    /// Another bench that finds what this one left: as after a restart.
    package func restarted() -> EngineBench {
        EngineBench(kernel: kernel.ruleset, store: store.durable, network: network)
    }

    /// Submits without turning the loop.
    package func submit(
        _ content: ChangeRequest.Content, ifRevision: UInt64? = nil, dryRun: Bool = false, comment: String? = nil,
        confirmWithin: Int? = nil
    ) -> Answer {
        let answer = Answer()
        engine.submit(
            ChangeRequest(
                content: content, ifRevision: ifRevision, dryRun: dryRun, comment: comment,
                author: Author(user: 0, group: 0, process: 1, origin: "test"), confirmWithin: confirmWithin)
        ) { answer.result = $0 }
        return answer
    }

    /// Applies a document and turns the loop until all is done.
    @discardableResult
    package func apply(_ document: JSONValue, mode: ApplyMode = .merge) -> Result<ChangeOutcome, BalancerError> {
        let answer = submit(.configuration(document.object!, mode))
        finish(answer)
        return answer.result!
    }

    /// Turns the loop, and moves the clock where an answer waits for it.
    package func finish(_ answer: Answer) {
        scheduler.run()
        for _ in 0..<10 where answer.result == nil {
            scheduler.advance(milliseconds: 60)
            scheduler.run()
        }
    }

    /// Applies changes and turns the loop until all is done.
    @discardableResult
    package func apply(_ changes: [Change]) -> Result<ChangeOutcome, BalancerError> {
        let answer = submit(.changes(changes))
        finish(answer)
        return answer.result!
    }
}

/// What a request was answered; nil until it was.
package final class Answer {
    package var result: Result<ChangeOutcome, BalancerError>?

    package var error: BalancerError? { if case .failure(let error) = result { error } else { nil } }
    package var outcome: ChangeOutcome? { if case .success(let outcome) = result { outcome } else { nil } }
}

/// Fails, or takes a picture of kernel and store, at points that a test names.
package final class FakeFailPoints: FailPointPort {
    /// What a restart would find after a crash at a point.
    package struct Picture {
        package var point: FailPoint
        package var kernel: Ruleset
        package var store: FakeStore.Contents
    }

    /// The point that fails once.
    package var failing: FailPoint?
    /// Whether to take pictures.
    package var takesPictures = false
    package private(set) var pictures: [Picture] = []
    fileprivate weak var bench: EngineBench?

    package func reached(_ point: FailPoint) -> Bool {
        if takesPictures, let bench {
            pictures.append(Picture(point: point, kernel: bench.kernel.ruleset, store: bench.store.durable))
        }
        guard failing == point else { return false }
        failing = nil
        return true
    }
}

/// Keeps what the engine says.
package final class RecordingObserver: EngineObserver {
    package private(set) var notices: [EngineNotice] = []
    package private(set) var ended: [Result<ChangeOutcome, BalancerError>] = []

    package func requestEnded(_ request: ChangeRequest, result: Result<ChangeOutcome, BalancerError>) {
        ended.append(result)
    }
    package func notice(_ notice: EngineNotice) { notices.append(notice) }
}
