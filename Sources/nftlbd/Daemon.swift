// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import BalancerServer
import EventLoop
import Glibc

/// The composed daemon: sockets, store, kernel, engine and server on one loop.
///
/// Start: the file is validated, the sockets taken, the store opened, the kernel compared; then READY. End: no new requests,
/// the group under way is finished and answered, the store closed. The rules stay, whatever happens.
final class Daemon {
    /// How long clients that are connected at the end are served as ever, in milliseconds.
    private static let lastWords = 300
    /// How long the end may wait for clients that do not read, in milliseconds.
    private static let grace = 2_000

    private let options: Options
    /// What is still to be applied: let go afterwards, it may be large.
    private var file: ConfigurationFile?
    private let journal: Journal
    private let loop: EventLoop
    private let scheduler: LoopScheduler
    private let observer: JournalObserver
    private let sockets: Sockets?
    private let store: StoreFace
    private let kernel: KernelFace
    private let network: NetworkFace
    private let engine: Engine
    private let server: Server
    private var foreignChanges: ForeignChangeWatch?
    private var signals: [SignalWatch] = []
    private var isStopping = false
    private var isStatusDue = false
    private var isTrimDue = false
    private var failure: Failure?

    /// Composes everything and takes what others might hold: sockets, then store.
    init(_ options: Options, journal: Journal) throws(Failure) {
        self.options = options
        self.journal = journal
        if let path = options.configuration {
            file = try ConfigurationFile(path: path)
            for warning in file?.warnings ?? [] { journal.send(.fileWarning, "\(path): \(warning)") }
        } else {
            file = nil
        }
        let failPoint: (any FailPointPort)?
        do throws(UsageError) {
            failPoint = try EnvironmentFailPoint.read(OwnProcess.environment)
        } catch {
            throw Failure(status: .usage, reason: error.reason)
        }
        let helper = try HelperPath.find(given: options.helper, folder: OwnProcess.folder)
        do throws(SystemError) {
            loop = try EventLoop()
        } catch {
            throw Failure(error)
        }
        var authorization = Authorization(daemonUser: geteuid(), daemonGroup: getegid())
        for grant in options.roles { try grant.add(to: &authorization) }
        scheduler = LoopScheduler(loop)
        observer = JournalObserver(journal)
        sockets = options.action == .serve ? try Sockets(options, loop: loop) : nil
        // Before the store's thread begins: it must not be the one that gets the signals.
        try Self.blockSignals()
        try OwnProcess.makeFolder(options.stateDirectory, mode: 0o700)
        store = try StoreFace(
            directory: options.stateDirectory, restoring: options.restore, loop: loop, journal: journal)
        kernel = try KernelFace(helper: helper, runner: LoopChildRunner(loop))
        network = NetworkFace(loop: loop, journal: journal)
        engine = Engine(
            kernel: kernel, connections: ConnectionFace(), network: network, store: store, scheduler: scheduler,
            observer: observer, failPoints: failPoint, adopt: options.adopt)
        let (observer, engine) = (observer, engine)
        network.told = { [unowned engine] in engine.note($0) }
        server = Server(
            engine: engine, clock: scheduler,
            authorization: authorization,
            isHeld: true,
            process: ProcessFacts(
                started: UInt64(max(0, scheduler.wallClock)), memory: { OwnProcess.residentMemory }),
            log: { observer.notice($0) })
    }

    /// Runs until stopped or, with `--once`, until everything is applied.
    func run() throws(Failure) {
        do throws(SystemError) {
            for signal in [SIGTERM, SIGINT] {
                signals.append(try SignalWatch(on: loop, signal) { [unowned self] in stop() })
            }
            try loop.feedWatchdog()
        } catch {
            throw Failure(error)
        }
        server.largeExchangeEnded = { [unowned self] in trimMemory() }
        observer.revisionMade = { [unowned self] in statusIsDue() }
        ServiceManager.notify(.status("comparing the kernel with the stored state"))
        try sockets?.serve(server, loop: loop, journal: journal)
        if options.action == .serve {
            foreignChanges = try ForeignChangeWatch(kernel, engine: engine, loop: loop, journal: journal)
        }
        applyFile()
        engine.start { [unowned self] in started($0) }
        do throws(SystemError) {
            _ = try loop.run()
        } catch {
            throw Failure(error)
        }
        if let failure { throw failure }
    }

    // MARK: Start

    /// Queues the file's configuration before all clients' changes, unless it is the one that was applied last.
    private func applyFile() {
        defer { self.file = nil }
        guard let file, (try? store.metadata(ConfigurationFile.digestKey)) != file.digest else { return }
        let request = ChangeRequest(
            content: .configuration(file.document, .replace), comment: options.configuration.map { "from \($0)" },
            author: Author(user: getuid(), group: getgid(), process: getpid(), origin: "configuration"),
            metadata: [ConfigurationFile.digestKey: file.digest])
        isFilePending = true
        engine.submit(request) { [unowned self] result in
            isFilePending = false
            if case .failure(let error) = result {
                guard engine.unconfirmed != nil, options.action == .serve else {
                    return end(Failure(error, file: options.configuration ?? ""))
                }
                applyLater(request)
            }
            becomeReady()
        }
    }

    private var isFilePending = false

    /// A change waits for its confirmation, and will be taken back if nobody confirms it: the file comes after that.
    private func applyLater(_ request: ChangeRequest) {
        let path = options.configuration ?? ""
        journal.send(.fileWarning, "\(path): applied once the change is confirmed or taken back that waits for that")
        func waitForConfirmation() {
            scheduler.after(milliseconds: 500) { [unowned self] in
                guard !isStopping else { return }
                guard engine.unconfirmed == nil else { return waitForConfirmation() }
                engine.submit(request) { [unowned self] result in
                    guard case .failure(let error) = result else { return }
                    journal.send(.fileWarning, "\(path): not applied: \(error.sentence)")
                }
            }
        }
        waitForConfirmation()
    }

    private func started(_ result: Result<Void, StartFailure>) {
        switch result {
        // Reads and the rules stay; what is refused says why. A file may take the place of what cannot be read.
        case .failure(.store) where engine.state != .loading && (options.action == .serve || isFilePending):
            becomeReady()
        case .failure(let reason): end(Failure(reason))
        case .success: becomeReady()
        }
    }

    private func becomeReady() {
        guard engine.state != .loading, !isFilePending, !isStopping else { return }
        if case .degraded(let reason) = engine.state { journal.send(.degraded, "degraded: \(reason)") }
        guard options.action == .serve else { return stop() }
        server.release()
        trimMemory()
        journal.send(.ready, "ready: \(status)")
        ServiceManager.notify(.ready, .status(status))
    }

    /// Reading the store or a file, or a large reply, needs much more than what stays; in a second nobody holds it any more.
    private func trimMemory() {
        guard !isTrimDue else { return }
        isTrimDue = true
        scheduler.after(milliseconds: 1_000) { [weak self] in
            self?.isTrimDue = false
            OwnProcess.trimMemory()
        }
    }

    // MARK: Status

    private var status: String {
        let count = engine.configuration.farms.count
        let state = if case .degraded(let reason) = engine.state { "degraded: \(reason), " } else { "" }
        return "\(state)\(count) \(count == 1 ? "farm" : "farms"), revision \(engine.revision)"
    }

    /// Tells the service manager at most once a second.
    private func statusIsDue() {
        guard !isStatusDue else { return }
        isStatusDue = true
        scheduler.after(milliseconds: 1_000) { [weak self] in
            guard let self, !isStopping else { return }
            isStatusDue = false
            ServiceManager.notify(.status(status))
        }
    }

    // MARK: End

    private func end(_ failure: Failure) {
        if self.failure == nil { self.failure = failure }
        stop()
    }

    private func stop() {
        guard !isStopping else { return }
        isStopping = true
        ServiceManager.notify(.stopping, .status("stopping; the rules stay"))
        sockets?.close()
        server.stop(lastWords: Self.lastWords, grace: Self.grace) { [unowned self] in finishWhenIdle() }
    }

    /// What was begun is ended, also the part that comes after the answers.
    private func finishWhenIdle() {
        guard engine.isSettled || engine.state == .loading || failure != nil else {
            return scheduler.after(milliseconds: 2) { [unowned self] in finishWhenIdle() }
        }
        store.close()
        loop.exit()
    }

    private static func blockSignals() throws(Failure) {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGTERM)
        unsafe sigaddset(&set, SIGINT)
        guard unsafe pthread_sigmask(SIG_BLOCK, &set, nil) == 0 else {
            throw Failure(status: .failure, reason: "block signals: \(OwnProcess.lastError)")
        }
        // A client that goes away in the middle of a write is that write's error.
        _ = signal(SIGPIPE, SIG_IGN)
        // There is nothing to be read again, and a terminal that is closed is no reason to end.
        _ = signal(SIGHUP, SIG_IGN)
    }
}
