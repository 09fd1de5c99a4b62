// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CLinux
internal import Glibc

/// Network namespaces for tests. A namespace belongs to a thread: bodies are synchronous and run on the calling thread, which
/// returns to where it was.
public enum NetworkNamespace {
    /// A namespace could not be made, entered or left.
    public struct Failure: Error, CustomStringConvertible {
        /// What failed.
        public var description: String
    }

    /// Whether namespaces can be made here (they need root). Tests that need one are enabled by this.
    public static let isAvailable = geteuid() == 0

    /// Runs `body` in a new, empty network namespace whose loopback is up. It vanishes with the last socket in it.
    public static func with<Result>(_ body: () throws -> Result) throws -> Result {
        try excursion {
            try check(linux_unshare_network(), "unshare")
            try Command.succeed(["ip", "link", "set", "lo", "up"])
            return try body()
        }
    }

    /// Runs `body` in a named namespace (ip-netns(8)).
    public static func inside<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        let descriptor = unsafe open("/run/netns/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(description: "no network namespace \(name): errno \(errno)") }
        defer { close(descriptor) }
        return try excursion {
            try check(linux_enter_network(descriptor), "enter \(name)")
            return try body()
        }
    }

    /// Writes a sysctl of the namespace the calling thread is in.
    public static func sysctl(_ name: String, _ value: String) throws {
        let path = "/proc/sys/" + name.map { $0 == "." ? "/" : String($0) }.joined()
        let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(description: "no sysctl \(name): errno \(errno)") }
        defer { close(descriptor) }
        let bytes = Array(value.utf8)
        guard unsafe write(descriptor, bytes, bytes.count) == bytes.count else {
            throw Failure(description: "sysctl \(name)=\(value): errno \(errno)")
        }
    }

    /// Runs something that moves the thread, then moves it back; a thread that cannot go back must not run anything else.
    private static func excursion<Result>(_ body: () throws -> Result) throws -> Result {
        let home = unsafe open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
        guard home >= 0 else { throw Failure(description: "no /proc/thread-self/ns/net: errno \(errno)") }
        defer {
            precondition(linux_enter_network(home) == 0, "lost in a network namespace")
            close(home)
        }
        return try body()
    }

    private static func check(_ result: Int32, _ what: String) throws {
        guard result >= 0 else { throw Failure(description: "\(what): errno \(-result)") }
    }
}
