// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CLinux
internal import Glibc

/// A program run to its end, in the network namespace of the calling thread.
public struct Command: Sendable {
    /// Its exit status; 128 + N when signal N ended it, as a shell says it.
    public var status: Int32
    /// The signal that ended it, 0 for none.
    public var signal: Int32
    /// The number it had.
    public var process: Int32
    /// Standard output and standard error, in the order written.
    public var output: String

    /// Why a command that must succeed did not.
    public struct Failure: Error, CustomStringConvertible {
        /// The command line.
        public var command: String
        /// Its status and output, or why it could not be started.
        public var reason: String

        /// Both.
        public var description: String { "\(command): \(reason)" }

        init(_ arguments: [String], _ reason: String) {
            command = arguments.joined(separator: " ")
            self.reason = reason
        }
    }

    /// Runs a program found in PATH and waits for it. Its standard input is empty; it can read `file` as /proc/self/fd/3.
    public static func run(_ arguments: [String], file: String? = nil) throws -> Command {
        var inherited: Int32 = -1
        if let file {
            inherited = unsafe Array(file.utf8).withUnsafeBytes { bytes in
                unsafe linux_memory_file("input", bytes.baseAddress, bytes.count)
            }
        }
        defer { if inherited >= 0 { close(inherited) } }
        return try run(arguments, inheriting: inherited)
    }

    /// Runs a program with `inherited` as its descriptor 3 (-1: none).
    public static func run(_ arguments: [String], inheriting inherited: Int32) throws -> Command {
        var reading: Int32 = -1
        var writing: Int32 = -1
        guard unsafe linux_pipe(&reading, &writing) == 0 else { throw Failure(arguments, "no pipe") }
        defer { close(reading) }
        let pid = spawn(arguments, output: writing, inherited: inherited)
        close(writing)
        guard pid > 0 else { throw Failure(arguments, unsafe String(cString: strerror(-pid))) }

        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            var waiting = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&waiting, 1, -1)
            let count = unsafe read(reading, &buffer, buffer.count)
            if count == 0 { break }
            if count > 0 { output += buffer[..<count] }
        }
        let exit = linux_reap(pid, 1)
        let status = exit.signal > 0 ? 128 + exit.signal : exit.status
        return Command(
            status: status, signal: exit.signal, process: pid, output: String(decoding: output, as: UTF8.self))
    }

    /// Runs a program that must succeed, and answers its output.
    @discardableResult
    public static func succeed(_ arguments: [String], file: String? = nil) throws -> String {
        let command = try run(arguments, file: file)
        guard command.status == 0 else {
            throw Failure(arguments, "status \(command.status)\n\(command.output)")
        }
        return command.output
    }

    /// Loads an nft script, which must succeed.
    public static func nft(_ script: String) throws {
        try succeed(["nft", "-f", "/proc/self/fd/3"], file: script)
    }

    private static func spawn(_ arguments: [String], output: Int32, inherited: Int32) -> pid_t {
        var list = unsafe arguments.map { unsafe strdup($0) }
        unsafe list.append(nil)
        defer { unsafe list.forEach { unsafe free($0) } }
        for directory in ["", "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"] {
            let path = directory + arguments[0]
            guard unsafe access(path, X_OK) == 0, directory != "" || path.contains("/") else { continue }
            return unsafe linux_spawn(path, list, environ, output, inherited)
        }
        return -ENOENT
    }
}
