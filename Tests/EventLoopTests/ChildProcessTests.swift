// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EventLoop
import Foundation
import Testing

@Suite("Child processes")
struct ChildProcessTests {
    let scene: Scene

    init() throws { scene = try Scene() }

    private func outcome(
        of script: String, inheriting: Int32? = nil, environment: [String] = [], outputLimit: Int = 65536,
        timeLimit: Int? = nil
    ) throws -> ChildProcess.Outcome {
        var result: ChildProcess.Outcome?
        try ChildProcess.start(
            on: scene.loop, "/bin/sh", arguments: ["-c", script], environment: environment, inheriting: inheriting,
            outputLimit: outputLimit, timeLimit: timeLimit
        ) { result = $0 }
        try scene.run { result != nil }
        return try #require(result)
    }

    @Test("standard output and error come together, with the exit status")
    func output() throws {
        let outcome = try outcome(of: "echo one; echo two >&2; exit 3")
        #expect(outcome.exitStatus == 3)
        #expect(outcome.signal == nil)
        #expect(String(decoding: outcome.output, as: UTF8.self) == "one\ntwo\n")
        #expect(!outcome.isOutputTruncated)
    }

    @Test("a signal that ends it is told")
    func signal() throws {
        let outcome = try outcome(of: "kill -SEGV $$")
        #expect(outcome.exitStatus == nil)
        #expect(outcome.signal == SIGSEGV)
    }

    @Test("more output than the limit is read and dropped, so that the child can end")
    func truncation() throws {
        let outcome = try outcome(of: "head -c 1000000 /dev/zero; echo end", outputLimit: 1000)
        #expect(outcome.exitStatus == 0)
        #expect(outcome.output.count == 1000)
        #expect(outcome.isOutputTruncated)
    }

    @Test("a child that takes too long is killed")
    func timeLimit() throws {
        let outcome = try outcome(of: "echo begun; exec sleep 60", timeLimit: 300)
        #expect(outcome.signal == SIGKILL)
        #expect(outcome.isTimedOut)
        #expect(String(decoding: outcome.output, as: UTF8.self) == "begun\n")
    }

    @Test("a descendant that keeps the output open does not hold up the end")
    func descendant() throws {
        let start = scene.loop.now
        let outcome = try outcome(of: "sleep 30 & echo done")
        #expect(String(decoding: outcome.output, as: UTF8.self) == "done\n")
        #expect(scene.loop.now - start < 20_000_000_000)
    }

    @Test("the child gets the descriptor and the environment that were named, and nothing else")
    func inheritance() throws {
        let file = scene.path("input")
        try "from the file".write(toFile: file, atomically: true, encoding: .utf8)
        let descriptor = unsafe open(file, O_RDONLY)
        defer { close(descriptor) }
        let outcome = try outcome(
            of: "cat <&3; echo; echo $NAME", inheriting: descriptor,
            environment: ["NAME=value", "PATH=/usr/bin:/bin"])
        #expect(String(decoding: outcome.output, as: UTF8.self) == "from the file\nvalue\n")

        var listing: ChildProcess.Outcome?
        try ChildProcess.start(on: scene.loop, "/bin/ls", arguments: ["/proc/self/fd"], inheriting: descriptor) {
            listing = $0
        }
        try scene.run { listing != nil }
        // The last one is the folder that ls reads.
        #expect(String(decoding: listing?.output ?? [], as: UTF8.self) == "0\n1\n2\n3\n4\n")
    }

    @Test("a program that does not exist is an error that names it")
    func missing() throws {
        do {
            try ChildProcess.start(on: scene.loop, "/no/such/program") { _ in }
            Issue.record("it started")
        } catch {
            #expect(error.code == ENOENT)
            #expect(error.operation == "start /no/such/program")
        }
    }

    @Test("many children one after the other leave no descriptor behind")
    func many() throws {
        func descriptors() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
        _ = try outcome(of: "true")
        let before = try descriptors()
        for index in 0..<100 {
            #expect(try outcome(of: "exit \(index)").exitStatus == Int32(index))
        }
        // Other tests of this process open and close some meanwhile.
        #expect(try descriptors() < before + 50)
    }
}
