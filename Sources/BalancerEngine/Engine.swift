// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
public import BalancerModel
import Nftables

/// The change path: takes requests, groups them, and keeps declaration, store and kernel the same.
///
/// Lives on one thread. What it does takes pieces of some milliseconds in turns of the loop; between them reads see the
/// newest acknowledged state, never one that may still be taken back.
public final class Engine {
    /// How far the engine is.
    public enum State: Equatable, Sendable {
        /// The store is being read and the kernel compared with it.
        case loading
        /// Changes are accepted.
        case ready
        /// Changes are refused, and reads of what is declared: the reason.
        case degraded(String)
    }

    /// How long one turn may work before the loop gets its turn, in nanoseconds.
    static let turnBudget: UInt64 = 8_000_000
    /// How many requests one group takes at most: some ten milliseconds of work, against one durable commit.
    static let groupLimit = 1024
    /// How long work of the engine's own waits for a moment without requests, in nanoseconds.
    private static let patience: UInt64 = 200_000_000

    let kernel: any KernelPort
    let connections: (any ConnectionPort)?
    /// The host's network; nil: nothing is known of it.
    let network: NetworkWatch?
    let store: any StorePort
    let scheduler: any SchedulerPort
    let observer: (any EngineObserver)?
    let failPoints: (any FailPointPort)?
    let adopt: Bool
    let transactionLimit: Int

    /// How far the engine is.
    public internal(set) var state: State = .loading
    /// What is acknowledged: declared, in the kernel, on disk.
    public internal(set) var configuration = Configuration()
    /// The newest acknowledged revision.
    public internal(set) var revision: UInt64 = 0
    /// What is known of the network. It changes between two pieces of work, together with the farms that depend on it.
    var facts = NetworkFacts()
    /// What it has counted of its own doings.
    public internal(set) var figures = EngineFigures()
    /// What has happened.
    public let events: EventLog

    var farms: [Name: InstalledFarm] = [:]
    /// The addresses outside of farms that policies guard.
    var guardedAddresses: [Name: InstalledAddress] = [:]
    /// The cluster as it is in the kernel.
    var cluster: CompiledCluster?
    var numbers = Numbers()
    var sharedNumbers = SharedNumbers()
    var nextPosition: Int64 = 0
    /// Numbers given back whose counters may still be in the kernel.
    var retired = RetiredCounters()
    /// What the store says of numbers that backends had before.
    var storedHeirs: [UInt32: UInt32] = [:]
    /// What backends that are gone had counted, by the number of their farm. A restart forgets it.
    var pastFigures: [UInt16: TrafficFigures] = [:]
    /// Which keys each set had when all of them were read last.
    var counterDigests: [SetReference: KeyDigest] = [:]
    var counters = CounterQueue()

    /// Chains, sets and shapes as they should be, and as they are installed (digests of the text).
    var skeleton = Skeleton(owner: "")
    var installed = KernelInventory()
    var usage = SkeletonUsage()
    /// Elements that farms share.
    var wideAddresses = WideAddresses()
    var skeletonRecord = SkeletonRecord()
    /// When it was made, in nanoseconds, if somebody else changed the ruleset, ours or another, while the helper ran.
    var recordDoubt: UInt64?
    /// The kernel's generation when the helper began.
    var generationBeforeScript: UInt32 = 0
    var isRecordStored = true
    /// Keys that no packet can reach any more: they go with the next group, or soon.
    var pendingSweep: [ElementList] = []
    var isSweepScheduled = false
    /// Farms that are gone, or know their clients otherwise, by what they had learnt.
    var forgottenFarms: [SessionReading: Set<UInt16>] = [:]
    /// Backends that are gone, by farm: nobody is to be known as theirs.
    var forgottenBackends: [UInt16: Set<UInt32>] = [:]
    var isForgettingScheduled = false
    /// Farms that are gone, or have other limits, by the sets of what their sources had used up.
    var forgottenSources: [ElementForm: Set<UInt16>] = [:]
    var isForgettingSourcesScheduled = false
    /// What the kernel's stamp says; nil when there is none.
    var installedStamp: UInt32?
    /// An interface has gone, and with it what stood there.
    var isInstalledUnsure = false
    /// The engine may have lost track of what the kernel holds.
    var mustCompare = false
    var isCollectionScheduled = false
    /// Changes of other programs, and when they are corrected.
    var drift = Drift()
    /// When elements are looked for that have ended, in seconds since 1970; nil: none ends.
    var expiryDue: Int64?
    var reviews = ReviewQueue()
    /// Backends that are on their way out of service.
    var drains = Drains()
    /// Backends whose connections are to be cut.
    var cuts = Cuts()
    /// What changes have left to be done, as far as the store knows.
    var leftovers = LeftoverQueue()
    var limitWatch = LimitWatch()
    /// The change that waits for its confirmation.
    public internal(set) var unconfirmed: UnconfirmedChange?
    /// When it is taken back, on the clock that never goes back.
    var unconfirmedDue: UInt64 = 0

    private var queue = SubmissionQueue()
    private var work: (any Work)?
    /// What is done a piece at a time when nothing else is to do.
    private var background: (any Work)?
    private var afterwards: [(Engine) -> any Work] = []
    /// When what comes afterwards has waited long enough.
    private var afterwardsDue: UInt64 = 0
    private var isScheduled = false
    private var waitingForReady: [() -> Void] = []

    /// Composes an engine. It does nothing until `start`.
    ///
    /// - Parameters:
    ///   - connections: connection tracking; nil: connections are never judged again.
    ///   - network: the host's network; nil: nothing is known of it, so farms that depend on it serve nobody.
    ///   - adopt: take over tables that carry another store's id.
    ///   - transactionLimit: elements in one transaction of the prepare and sweep phases. At 2.5 µs an element 8192 are
    ///     about 20 ms (limits.md A).
    public init(
        kernel: any KernelPort, connections: (any ConnectionPort)? = nil, network: (any NetworkPort)? = nil,
        store: any StorePort, scheduler: any SchedulerPort, observer: (any EngineObserver)? = nil,
        failPoints: (any FailPointPort)? = nil, adopt: Bool = false, transactionLimit: Int = 8192
    ) {
        self.kernel = kernel
        self.connections = connections
        self.network = network.map { NetworkWatch($0) }
        self.store = store
        self.scheduler = scheduler
        self.observer = observer
        self.failPoints = failPoints
        self.adopt = adopt
        self.transactionLimit = transactionLimit
        events = EventLog(time: scheduler.wallClock)
    }

    /// Reads the store, compares the kernel with it and corrects the difference.
    ///
    /// - Parameter completion: called once; afterwards `state` is ready, or degraded when the store is damaged.
    public func start(completion: @escaping (Result<Void, StartFailure>) -> Void) {
        begin(StartUp(engine: self, completion: completion))
    }

    /// Runs `body` once the engine has left `loading`: at once, or in order of the calls.
    public func whenReady(_ body: @escaping () -> Void) {
        if state == .loading { waitingForReady.append(body) } else { body() }
    }

    /// Queues a request. What is submitted in one turn of the loop becomes one group, in order.
    ///
    /// - Parameter completion: called once: when the change is in the kernel and on disk, or refused.
    public func submit(
        _ request: ChangeRequest, completion: @escaping (Result<ChangeOutcome, BalancerError>) -> Void
    ) {
        queue.append(Submission(request: request, completion: completion, arrival: scheduler.now))
        schedule()
    }

    /// Whether no request waits and none is under way: the moment to stop. What is done in the background need not be over.
    public var isSettled: Bool {
        queue.isEmpty && work == nil && afterwards.isEmpty && pendingSweep.isEmpty
    }

    /// Takes the request that waits first, if it says all that is to be.
    func takeWholeSubmission() -> Submission? {
        guard let first = queue.first, first.request.isWhole else { return nil }
        return queue.takeGroup(limit: 1)[0]
    }

    /// Why nothing can be said of what is declared; nil: it is known. An empty answer would be one that somebody applies.
    public var unknownReason: BalancerError? {
        guard case .degraded(let reason) = state else { return nil }
        return BalancerError(
            .storage, reason, hint: "apply a whole configuration (mode replace), or start nftlbd with --restore")
    }

    // MARK: The turns

    /// Continues the current work with the next turn of the loop.
    func schedule() {
        guard !isScheduled else { return }
        isScheduled = true
        scheduler.soon { [weak self] in
            self?.isScheduled = false
            self?.turn()
        }
    }

    /// Puts work that is the engine's own before all requests.
    func begin(_ work: any Work) {
        precondition(self.work == nil)
        self.work = work
        schedule()
    }

    private func turn() {
        let end = scheduler.now + Self.turnBudget
        while let current = work ?? nextWork() ?? background {
            if current !== background { work = current }
            switch current.advance() {
            case .more: if scheduler.now >= end { return schedule() }
            case .waiting: return
            case .finished: endWork(current)
            }
        }
    }

    private func nextWork() -> (any Work)? {
        guard state != .loading else { return nil }
        // Requests come first, but not for ever.
        if !afterwards.isEmpty, queue.isEmpty || scheduler.now >= afterwardsDue {
            return afterwards.removeFirst()(self)
        }
        if queue.isEmpty { return nil }
        if mustCompare {
            mustCompare = false
            return Comparison(engine: self, reason: .lostTrack) { [weak self] result in
                if case .failure(let failure) = result { self?.observer?.notice(.notCorrected(failure.sentence)) }
            }
        }
        if case .degraded = state {
            let submission = queue.takeGroup(limit: 1)
            if submission[0].request.isWhole { return Recovery(engine: self, submission: submission[0]) }
            return Group(engine: self, submissions: submission)
        }
        return Group(engine: self, submissions: queue.takeGroup(limit: Self.groupLimit))
    }

    /// Work is over, as it says itself or as one of its completions says.
    func endWork(_ ended: any Work) {
        if work === ended { work = nil }
        if background === ended { background = nil }
        schedule()
    }

    /// Begins work of the engine's own once no request is under way, or between two groups when requests never cease.
    func beginWhenIdle(_ make: @escaping (Engine) -> any Work) {
        if afterwards.isEmpty { afterwardsDue = scheduler.now + Self.patience }
        afterwards.append(make)
        schedule()
    }

    /// Sets what is done a piece at a time when nothing else is to do.
    func beginBackground(_ next: any Work) {
        background = next
        schedule()
    }

    /// Puts requests of a group that was given up back in front, each to be tried alone.
    func requeue(_ submissions: [Submission]) {
        queue.prepend(submissions)
    }

    /// Replaces the current work by what follows it: the reading of the store by the comparison with the kernel.
    func replaceWork(with next: any Work) {
        work = next
    }

    /// Leaves `loading`; who waited is served.
    func becomeReady(_ newState: State) {
        state = newState
        let waiting = waitingForReady
        waitingForReady = []
        for body in waiting { body() }
    }
}
