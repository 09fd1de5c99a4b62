// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces

/// The programs under test: they lie where the test itself was built.
enum Programs {
    /// The folder of the test bundle. `swift test` runs the bundle's own program, or loads it into a runner of the tool chain;
    /// in the second case the folder is found from where this file was built.
    static let folder: URL = {
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        if FileManager.default.fileExists(atPath: own.appending(path: "nftlbd").path) { return own }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return root.appending(path: ".build/debug").resolvingSymlinksInPath()
    }()

    static func path(_ name: String) -> String { folder.appending(path: name).path }
}

/// nftlbd in a namespace, with a state directory and sockets of its own. It ends with this value, at the latest.
final class Daemon {
    let space: NetworkNamespace
    let folder: URL
    private(set) var process: Program?
    private var lab: Lab?

    var socket: String { folder.appending(path: "nftlb.sock").path }
    var readOnlySocket: String { folder.appending(path: "nftlb-ro.sock").path }
    var state: String { folder.appending(path: "state").path }
    var isRunning: Bool { process?.isRunning ?? false }

    /// The state directory is kept from one daemon to the next on the same folder.
    init(in space: NetworkNamespace, folder: URL) throws {
        self.space = space
        self.folder = folder
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    }

    /// Starts one in the balancer of a lab, which stays as long as the daemon.
    convenience init(on lab: Lab) throws {
        try self.init(in: lab.balancer, folder: lab.folder)
        self.lab = lab
        try start()
    }

    deinit { process?.signal(SIGKILL) }

    /// Starts it without waiting for anything.
    func launch(_ options: [String] = [], environment: [String: String] = [:]) throws {
        process = try space.start(words(options), environment: environment)
    }

    /// Runs it to its end: `--once` and what fails at the start.
    func run(_ options: [String], environment: [String: String] = [:]) throws -> Output {
        try space.start(words(options), environment: environment).end()
    }

    /// Starts it and waits until it is ready.
    func start(_ options: [String] = [], environment: [String: String] = [:]) throws {
        try launch(options, environment: environment)
        try waitUntilReady()
    }

    func waitUntilReady(within seconds: Double = 60) throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while Date() < deadline {
            guard isRunning else { break }
            if let remote = try? Remote(socket), let status = try? remote.call("status.get"),
                status["state"].string == "ready"
            {
                return
            }
            usleep(5_000)
        }
        throw Unexpected(text: "nftlbd is not ready: \(log)")
    }

    /// SIGTERM, and the exit status.
    @discardableResult
    func stop() -> Int32 {
        process?.signal(SIGTERM)
        return ended()
    }

    /// SIGKILL.
    func kill() {
        process?.signal(SIGKILL)
        _ = ended()
    }

    @discardableResult
    func ended(within seconds: Double = 60) -> Int32 { process?.end(within: seconds).status ?? 0 }

    var log: String {
        guard let written = process?.written else { return "" }
        return written.out + written.err
    }

    func remote() throws -> Remote { try Remote(socket) }

    /// Applies a document in the native dialect; gives the revision.
    @discardableResult
    func apply(_ configuration: String, mode: String = "merge") throws -> Int {
        let document = try JSONSerialization.jsonObject(with: Data(configuration.utf8))
        return try remote().call("configuration.apply", ["configuration": document, "mode": mode])["revision"].integer
            ?? -1
    }

    /// The stored configuration as text that compares.
    func configuration() throws -> String { try remote().call("configuration.get")["configuration"].description }

    /// nftlbctl against this daemon.
    @discardableResult
    func control(_ words: String..., input: String? = nil) throws -> Output {
        try Program([Programs.path("nftlbctl"), "--socket", socket] + words, input: input.map { Data($0.utf8) }).end()
    }

    private func words(_ options: [String]) -> [String] {
        [
            Programs.path("nftlbd"), "--socket", socket, "--read-only-socket", readOnlySocket, "--state-directory",
            state,
        ] + options
    }
}
