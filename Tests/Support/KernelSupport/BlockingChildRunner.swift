// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CLinux
internal import Glibc
public import NftablesKernel

/// Runs a program to its end before `run` returns: for tests, which have no loop. The completion is called at once.
public final class BlockingChildRunner: ChildRunner {
    /// How many programs were run: an ordinary change must run none.
    public private(set) var count = 0

    /// A runner.
    public init() {}

    /// Runs a program; see ``ChildRunner``.
    public func run(
        _ path: String, arguments: [String], inheriting descriptor: Int32, completion: @escaping (ChildEnd) -> Void
    ) {
        count += 1
        var reading: Int32 = -1
        var writing: Int32 = -1
        guard unsafe linux_pipe(&reading, &writing) == 0 else { return completion(ChildEnd(.notStarted("no pipe"))) }
        defer { close(reading) }
        var list = unsafe ([path] + arguments).map { unsafe strdup($0) }
        unsafe list.append(nil)
        defer { unsafe list.forEach { unsafe free($0) } }
        let pid = unsafe linux_spawn(path, list, environ, writing, descriptor)
        close(writing)
        guard pid > 0 else {
            return completion(ChildEnd(.notStarted(unsafe String(cString: strerror(-pid)))))
        }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            var waiting = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&waiting, 1, -1)
            let count = unsafe read(reading, &buffer, buffer.count)
            if count == 0 { break }
            if count > 0 { output += buffer[..<count] }
        }
        let end = linux_reap(pid, 1)
        completion(ChildEnd(end.signal > 0 ? .signalled(end.signal) : .exited(end.status), output: output))
    }
}
