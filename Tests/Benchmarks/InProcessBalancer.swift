// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import JSON

/// The engine over the real kernel, without a daemon and without a disk: what a change costs by itself.
final class InProcessBalancer {
    let scheduler = TurnScheduler()
    let kernel: TimedKernel
    let engine: Engine
    private let author = Author(user: 0, group: 0, process: 1, origin: "benchmark")

    /// In the network namespace of the calling thread.
    init() throws {
        kernel = try TimedKernel()
        engine = Engine(kernel: kernel, store: ForgetfulStore(scheduler: scheduler), scheduler: scheduler)
        var started: Result<Void, StartFailure>?
        engine.start { started = $0 }
        try scheduler.run { started != nil }
        try started?.get()
        scheduler.settle()
    }

    /// Makes a document be the configuration, and waits until that is so.
    func load(_ document: Document) throws {
        guard case .object(let object) = try JSONValue(parsing: document.bytes) else { return }
        try submit(.configuration(object, .replace))
        scheduler.settle()
    }

    /// Makes one change and waits for the answer, not for what comes after it.
    func change(_ change: Change) throws { try submit(.changes([change])) }

    private func submit(_ content: ChangeRequest.Content) throws {
        var outcome: Result<ChangeOutcome, BalancerError>?
        engine.submit(ChangeRequest(content: content, author: author)) { outcome = $0 }
        try scheduler.run { outcome != nil }
        _ = try outcome?.get()
    }
}
