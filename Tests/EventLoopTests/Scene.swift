// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EventLoop
import Foundation
import Testing

/// What most tests need: a loop, a folder that goes away, and a way to run the loop until something is so.
final class Scene {
    let loop: EventLoop
    let folder: String

    init() throws {
        loop = try EventLoop()
        folder = NSTemporaryDirectory() + "nftlb-loop-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ name: String) -> String { folder + "/" + name }

    /// Runs the loop until the condition holds; fails the test after ten seconds.
    func run(until condition: () -> Bool, at location: SourceLocation = #_sourceLocation) throws {
        let end = loop.now + 10_000_000_000
        while !condition() {
            guard loop.now < end else {
                Issue.record("the loop was still waiting after ten seconds", sourceLocation: location)
                return
            }
            try loop.runOnce(timeout: 100)
        }
    }

    /// Runs the loop for this long.
    func run(milliseconds: UInt64) throws {
        let end = loop.now + milliseconds * 1_000_000
        while loop.now < end { try loop.runOnce(timeout: 5) }
    }
}

/// A pipe: tests of the loop need descriptors that become readable when they say so.
final class Pipe {
    let reading: Int32
    let writing: Int32

    init() {
        var ends: [Int32] = [0, 0]
        precondition(unsafe pipe(&ends) == 0)
        (reading, writing) = (ends[0], ends[1])
    }

    func put(_ byte: UInt8 = 1) { _ = unsafe withUnsafePointer(to: byte) { unsafe write(writing, $0, 1) } }

    @discardableResult
    func take() -> UInt8 {
        var byte: UInt8 = 0
        _ = unsafe read(reading, &byte, 1)
        return byte
    }

    deinit {
        close(reading)
        close(writing)
    }
}
