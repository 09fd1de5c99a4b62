// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CLinux
internal import Glibc

/// A program that was started, and what it says until it ends.
///
/// Needs no SIGCHLD: its end is seen through a process descriptor (pidfd_open(2)), so children of other loops and of
/// libraries are never touched.
public final class ChildProcess {
    /// How a program ended, and its output.
    public struct Outcome: Equatable, Sendable {
        /// Its exit status; nil if a signal ended it.
        public var exitStatus: Int32?
        /// The signal that ended it; nil if it ended by itself.
        public var signal: Int32?
        /// What it wrote to standard output and standard error, in order.
        public var output: [UInt8]
        /// Whether it wrote more than was kept.
        public var isOutputTruncated: Bool
        /// Whether it was killed because its time was over.
        public var isTimedOut: Bool
    }

    /// Its process id.
    public let processID: Int32

    private let process: OwnedDescriptor
    private let pipe: OwnedDescriptor
    private let outputLimit: Int
    private let loop: EventLoop
    private var exitWatch: DescriptorWatch?
    private var outputWatch: DescriptorWatch?
    private var deadline: TimerWatch?
    private var outcome: Outcome
    private var completion: ((Outcome) -> Void)?

    /// Starts a program.
    ///
    /// It gets nothing of ours but what is named here: standard input is /dev/null, other descriptors are closed, signals are
    /// as in a new process. The object keeps itself until the program has ended.
    /// - Parameters:
    ///   - path: the program; no search in PATH.
    ///   - arguments: without the program's own name.
    ///   - environment: `NAME=value`.
    ///   - inherited: becomes the program's descriptor 3.
    ///   - outputLimit: how many bytes of output are kept; the rest is read and dropped.
    ///   - timeLimit: milliseconds after which it is killed; nil lets it run.
    ///   - completion: called once, in a turn of the loop, when it has ended.
    @discardableResult
    public static func start(
        on loop: EventLoop, _ path: String, arguments: [String] = [], environment: [String] = [],
        inheriting inherited: Int32? = nil, outputLimit: Int = 64 * 1024, timeLimit: Int? = nil,
        completion: @escaping (Outcome) -> Void
    ) throws(SystemError) -> ChildProcess {
        var readingEnd: Int32 = -1
        var writingEnd: Int32 = -1
        try checked(unsafe linux_pipe(&readingEnd, &writingEnd), "make a pipe for \(path)")
        let reading = OwnedDescriptor(readingEnd)
        let writing = OwnedDescriptor(writingEnd)

        let argumentVector = CStringVector([path] + arguments)
        let environmentVector = CStringVector(environment)
        let processID = try checked(
            unsafe linux_spawn(
                path, argumentVector.pointers, environmentVector.pointers, writing.number, inherited ?? -1),
            "start \(path)")
        writing.close()

        let descriptor = linux_process_descriptor(processID)
        guard descriptor >= 0 else {
            // Without a descriptor its end could not be seen: take the start back.
            _ = kill(processID, SIGKILL)
            _ = linux_reap(processID, 1)
            throw SystemError("watch \(path)", code: descriptor)
        }
        let child = ChildProcess(
            processID: processID, process: OwnedDescriptor(descriptor), pipe: reading, outputLimit: outputLimit,
            loop: loop)
        do throws(SystemError) {
            try child.watch(timeLimit: timeLimit, completion)
        } catch {
            child.terminate()
            _ = linux_reap(processID, 1)
            child.stopWatching()
            throw error
        }
        return child
    }

    private init(
        processID: Int32, process: OwnedDescriptor, pipe: OwnedDescriptor, outputLimit: Int, loop: EventLoop
    ) {
        self.processID = processID
        self.process = process
        self.pipe = pipe
        self.outputLimit = outputLimit
        self.loop = loop
        outcome = Outcome(
            exitStatus: nil, signal: nil, output: [], isOutputTruncated: false, isTimedOut: false)
    }

    /// Ends the program with SIGKILL. The completion is called as ever.
    public func terminate() {
        _ = linux_process_signal(process.number, SIGKILL)
    }

    private func watch(timeLimit: Int?, _ completion: @escaping (Outcome) -> Void) throws(SystemError) {
        self.completion = completion
        // The handlers hold `self` on purpose: `finish` lets go of them.
        exitWatch = try DescriptorWatch(on: loop, process.number) { _ in self.finish() }
        outputWatch = try DescriptorWatch(on: loop, pipe.number) { _ in self.readOutput() }
        if let timeLimit {
            deadline = try TimerWatch(on: loop, after: timeLimit) {
                self.outcome.isTimedOut = true
                self.terminate()
            }
        }
    }

    /// Cancelled, not only let go of: a watch whose handler runs is held by it, and would leave the loop after its
    /// descriptor is closed. Where another process still has that descriptor open, epoll would go on telling of it.
    private func stopWatching() {
        exitWatch?.cancel()
        outputWatch?.cancel()
        deadline?.cancel()
        exitWatch = nil
        outputWatch = nil
        deadline = nil
        completion = nil
    }

    /// Reads what is in the pipe, at most one buffer a turn. False at the end, or when there is nothing now.
    @discardableResult
    private func readOutput() -> Bool {
        let buffer = unsafe loop.scratch.bytes
        let count = unsafe read(pipe.number, buffer.baseAddress, buffer.count)
        if count < 0 && (errno == EAGAIN || errno == EINTR) { return errno == EINTR }
        guard count > 0 else {
            outputWatch = nil
            return false
        }
        let kept = min(count, max(0, outputLimit - outcome.output.count))
        unsafe outcome.output.append(contentsOf: buffer[..<kept])
        if kept < count { outcome.isOutputTruncated = true }
        return true
    }

    private func finish() {
        let result = linux_reap(processID, 0)
        guard result.state != 0 else { return }
        // Its last words are in the pipe. A descendant that lives on may hold the pipe open: nobody waits for that, nor reads
        // for ever what it writes.
        var turns = 0
        while readOutput() && turns < 1024 { turns += 1 }
        if result.signal != 0 { outcome.signal = result.signal } else { outcome.exitStatus = result.status }
        let completion = self.completion
        stopWatching()
        pipe.close()
        process.close()
        completion?(outcome)
    }
}
