// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// A whole configuration takes the place of a state that cannot be read, or of one that is empty beside tables of another
/// owner, which are taken over.
///
/// The kernel goes on with what it has until the new state is durable; then it is compared with that as at a start, so that
/// packets of services that are in both notice nothing. A request that is refused on the way leaves everything as it was, the
/// damaged file too.
final class Recovery: Work {
    private enum Stage {
        case inspecting
        case validating(GroupValidator)
        case planning(GroupPlanner, AcceptedRequest)
        case writing(RowWriter, GroupPlan, AcceptedRequest)
        case committing
    }

    private let engine: Engine
    private let submission: Submission
    private var stage = Stage.inspecting
    /// The id that the tables carry, for a new store; nil: there are none, or they are somebody else's.
    private var identity: String?
    /// Whom to tell how the start ended that this is a part of; nil: the engine had started before.
    private let start: ((Result<Void, StartFailure>) -> Void)?

    init(engine: Engine, submission: Submission, start: ((Result<Void, StartFailure>) -> Void)? = nil) {
        self.engine = engine
        self.submission = submission
        self.start = start
    }

    func advance() -> WorkProgress {
        do {
            switch stage {
            case .inspecting:
                try inspect()
                stage = .validating(GroupValidator(engine: engine, submissions: [submission]))
            case .validating(let validator):
                guard validator.advance() else { return .more }
                guard let request = validator.accepted.first else {
                    start?(.failure(.refused(BalancerError(.invalid, "what was to be applied was refused"))))
                    return .finished
                }
                stage = .planning(
                    GroupPlanner(engine: engine, delta: validator.delta, revision: request.revision), request)
            case .planning(let planner, let request):
                guard try planner.advance() else { return .more }
                try beginWriting(planner.plan, request)
            case .writing(var writer, let plan, let request):
                stage = .committing
                guard try writer.writeSome(to: engine.store) else {
                    stage = .writing(writer, plan, request)
                    return .more
                }
                commit(writer.objects, request)
                return .waiting
            case .committing: return .waiting
            }
            return .more
        } catch { return refuse(error) }
    }

    /// What the kernel knows that no file tells any more: whose the tables are, how far the revisions had come, and which
    /// numbers are taken. Those of backends, clients' sessions and connections may still name; those of farms and policies
    /// have elements, which must not become another's before the services have changed hands.
    private func inspect() throws(KernelFailure) {
        let kernel = try engine.kernel.inventory()
        let owners = Set(kernel.tables.values.map(\.comment))
        identity = owners.count == 1 ? owners.first.flatMap { $0 }.flatMap { Self.isIdentity($0) ? $0 : nil } : nil
        engine.revision = max(engine.revision, UInt64(try engine.stamp(in: kernel) ?? 0))
        var (backend, farm, shared): (UInt32, UInt16, UInt32) = (0, 0, 0)
        for (family, table) in kernel.tables {
            let marks = try elements(of: BackendMark.known(in: family), in: kernel)
            for index in 0..<marks.count {
                backend = max(backend, BackendMark.number(of: ElementBytes.number(marks.key(at: index))))
            }
            for form in Register.services(in: family) {
                let services = try elements(of: form, in: kernel)
                for index in 0..<services.count {
                    farm = max(farm, Register.farm(ElementBytes.number(services.data(at: index))))
                }
            }
            shared = table.sets.keys.compactMap(policyNumber(ofSet:)).reduce(shared, max)
        }
        engine.numbers = Numbers(nextFarm: farm % UInt16.max + 1, nextBackend: backend % Numbers.backendLimit + 1)
        engine.sharedNumbers = SharedNumbers(next: Int64(shared) + 1)
    }

    private func elements(of form: ElementForm, in kernel: KernelInventory) throws(KernelFailure) -> ElementList {
        guard kernel.has(form.set) else { return ElementList(form) }
        var reader = WholeSetReader<ElementList>(SetReader(engine.kernel, all: form), form: form)
        while true {
            if let elements = try reader.advance() { return elements }
        }
    }

    /// How a store names itself (`Store.identity`).
    private static func isIdentity(_ comment: String) -> Bool {
        comment.utf8.count == 32 && comment.allSatisfy(\.isHexDigit)
    }

    private func beginWriting(_ plan: GroupPlan, _ request: AcceptedRequest) throws(StoreFailure) {
        if start == nil { try engine.store.beginAnew(identity: identity) } else { try engine.store.begin() }
        let writer = RowWriter(
            plan: plan, accepted: [request], numbers: engine.numbers, sharedNumbers: engine.sharedNumbers,
            time: engine.scheduler.wallClock)
        stage = .writing(writer, plan, request)
    }

    private func commit(_ objects: [ChangedObjects], _ request: AcceptedRequest) {
        engine.store.commit { [self] result in
            switch result {
            case .failure(let failure):
                _ = refuse(failure)
                engine.endWork(self)
            case .success:
                // What has been planned is read again, as after any start.
                engine.forgetDeclared()
                let start = StartUp(engine: engine) { [self] in finish($0, objects, request) }
                engine.replaceWork(with: start)
                engine.schedule()
            }
        }
    }

    private func finish(_ result: Result<Void, StartFailure>, _ objects: [ChangedObjects], _ request: AcceptedRequest) {
        start?(result)
        switch result {
        case .success:
            engine.tellChanges(of: [request], objects)
            engine.answer(submission, .success(ChangeOutcome(revision: engine.revision)))
        case .failure(let failure):
            engine.becomeReady(.degraded(failure.sentence))
            engine.answer(submission, .failure(failure.error))
        }
    }

    private func refuse(_ error: any Error) -> WorkProgress {
        engine.store.rollback()
        engine.forgetDeclared()
        let reason: BalancerError =
            switch error {
            case let error as BalancerError: error
            case let failure as StoreFailure: Refusal.storage(failure).error
            case let failure as KernelFailure: Refusal.kernel(failure, path: nil).error
            default: BalancerError(.storage, "\(error)")
            }
        engine.answer(submission, .failure(reason))
        start?(.failure(.refused(reason)))
        return .finished
    }
}

extension ChangeRequest {
    /// Whether it says all that is to be, so that what was there need not be known.
    var isWhole: Bool {
        guard case .configuration(_, .replace) = content else { return false }
        return !dryRun && confirmWithin == nil
    }
}

extension StartFailure {
    var sentence: String {
        switch self {
        case .otherOwner(let found): "another owner has the tables: \(found)"
        case .kernel(let reason): "the kernel could not be brought to what is stored: \(reason)"
        case .store(let failure): "the store cannot be read: \(failure.message)"
        case .refused(let error): "\(error)"
        }
    }

    fileprivate var error: BalancerError {
        switch self {
        case .otherOwner: BalancerError(.conflict, sentence)
        case .kernel: BalancerError(.refusedByKernel, sentence)
        case .store: BalancerError(.storage, sentence)
        case .refused(let error): error
        }
    }
}
