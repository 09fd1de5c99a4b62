// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CLinux
internal import Glibc

/// A network namespace of its own, for a test. It has no name: it lives as long as this object (or a socket or process in
/// it), so nothing is left behind, not even when the test is killed.
///
/// A namespace belongs to a thread. Bodies are synchronous and run on the calling thread, which afterwards is where it was.
public final class NetworkNamespace: Sendable {
    private let descriptor: Int32

    /// A namespace could not be made, entered or left.
    public struct Failure: Error, CustomStringConvertible {
        /// What failed.
        public var description: String
    }

    /// Whether namespaces can be made here (they need root). Tests that need one are enabled by this.
    public static let isAvailable = geteuid() == 0

    /// Makes an empty namespace; its loopback is up.
    public init() throws {
        descriptor = try Self.excursion {
            try Self.check(linux_unshare_network(), "unshare")
            let descriptor = unsafe open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
            try Self.check(descriptor < 0 ? -errno : 0, "open a network namespace")
            return descriptor
        }
        try inside {
            // What a test has just made must be reachable at once: no duplicate address detection.
            try Self.sysctl("net.ipv6.conf.all.accept_dad", "0")
            try Self.sysctl("net.ipv6.conf.default.accept_dad", "0")
            _ = try Command.succeed(["ip", "link", "set", "lo", "up"])
        }
    }

    deinit {
        close(descriptor)
    }

    /// The namespace as other programs can open it while this process lives: `nsenter --net=PATH`, `ip … netns PATH`.
    public var path: String { "/proc/\(getpid())/fd/\(descriptor)" }

    /// Runs `body` in this namespace: sockets it makes and programs it starts belong to it.
    public func inside<Result>(_ body: () throws -> Result) throws -> Result {
        try Self.excursion {
            try Self.check(linux_enter_network(descriptor), "enter a network namespace")
            return try body()
        }
    }

    /// Moves the calling thread here for good: for threads that do nothing else.
    public func enter() throws {
        try Self.check(linux_enter_network(descriptor), "enter a network namespace")
    }

    /// Runs `body` in a new namespace.
    public static func with<Result>(_ body: () throws -> Result) throws -> Result {
        let namespace = try NetworkNamespace()
        return try namespace.inside(body)
    }

    /// Writes a sysctl of the namespace the calling thread is in.
    public static func sysctl(_ name: String, _ value: String) throws {
        let path = "/proc/sys/" + name.map { $0 == "." ? "/" : String($0) }.joined()
        let file = unsafe open(path, O_WRONLY | O_CLOEXEC)
        try check(file < 0 ? -errno : 0, "open sysctl \(name)")
        defer { close(file) }
        let bytes = Array(value.utf8)
        try check(unsafe write(file, bytes, bytes.count) < 0 ? -errno : 0, "sysctl \(name)=\(value)")
    }

    /// Runs something that moves the thread, then moves it back; a thread that cannot go back must not run anything else.
    private static func excursion<Result>(_ body: () throws -> Result) throws -> Result {
        let home = unsafe open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
        try check(home < 0 ? -errno : 0, "open /proc/thread-self/ns/net")
        defer {
            precondition(linux_enter_network(home) == 0, "lost in a network namespace")
            close(home)
        }
        return try body()
    }

    private static func check(_ result: Int32, _ what: String) throws {
        guard result >= 0 else { throw Failure(description: "\(what): \(unsafe String(cString: strerror(-result)))") }
    }
}
