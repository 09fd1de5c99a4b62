// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CLinux
internal import Glibc
internal import Synchronization

/// The store's one thread: jobs go in, replies come out, both in order.
///
/// The mailbox is the only thing the two threads share at the same time. Who may use the writing connection is passed on with
/// the jobs: from `put` of a job until its reply is taken it is the thread's.
final class Worker {
    enum Job { case commit, recover, backUp, stop }

    struct Reply {
        var result: Result<Void, StoreError>
        /// Whether commits can be expected to succeed.
        var health: Store.Health

        var succeeded: Bool {
            if case .success = result { true } else { false }
        }
    }

    private struct Mailbox {
        var jobs: [Job] = []
        var replies: [(Job, Reply)] = []
    }

    private let mailbox = Mutex(Mailbox())
    private let work: EventCounter
    private let done: EventCounter
    private let execute: (Job) -> Reply
    private var thread: pthread_t?

    /// Readable while replies wait.
    var descriptor: Int32 { done.descriptor }

    /// Starts the thread. `execute` runs there.
    init(_ execute: @escaping (Job) -> Reply) throws(StoreError) {
        self.execute = execute
        work = try EventCounter()
        done = try EventCounter()

        // The thread takes no signals: they are for the loop.
        var all = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }

        var started = pthread_t()
        let result = unsafe pthread_create(
            &started, nil,
            { context in
                _ = unsafe linux_thread_name("store")
                unsafe Unmanaged<Worker>.fromOpaque(context!).takeUnretainedValue().run()
                return nil
            }, Unmanaged.passUnretained(self).toOpaque())
        guard result == 0 else { throw StoreError("start the store's thread", errno: result) }
        thread = started
    }

    /// Ends the thread after the jobs it has, and waits for that.
    func stop() {
        guard let thread else { return }
        put(.stop)
        pthread_join(thread, nil)
        self.thread = nil
    }

    deinit { stop() }

    // MARK: The owner's side

    func put(_ job: Job) {
        mailbox.withLock { $0.jobs.append(job) }
        work.signal()
    }

    func takeReplies() -> [(Job, Reply)] {
        done.clear()
        return mailbox.withLock { mailbox in
            defer { mailbox.replies.removeAll() }
            return mailbox.replies
        }
    }

    /// Waits until there are replies.
    func waitForReplies() { done.wait() }

    /// Makes the descriptor readable without a reply.
    func wakeOwner() { done.signal() }

    // MARK: The thread's side

    private func run() {
        while true {
            guard let job = nextJob() else {
                work.wait()
                work.clear()
                continue
            }
            if job == .stop { return }
            answer(job)
        }
    }

    /// Does the commits that came while the thread is busy with a backup.
    func answerCommits() {
        while let job = nextJob(where: { $0 == .commit || $0 == .recover }) { answer(job) }
    }

    private func nextJob(where condition: (Job) -> Bool = { _ in true }) -> Job? {
        mailbox.withLock { mailbox in
            guard let first = mailbox.jobs.first, condition(first) else { return nil }
            return mailbox.jobs.removeFirst()
        }
    }

    private func answer(_ job: Job) {
        let reply = execute(job)
        mailbox.withLock { $0.replies.append((job, reply)) }
        done.signal()
    }
}
