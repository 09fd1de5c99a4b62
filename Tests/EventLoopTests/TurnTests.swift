// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EventLoop
import Foundation
import Synchronization
import Testing

@Suite("Turns of the loop")
struct TurnTests {
    @Test("what is deferred runs in order, in the next turn and not at once")
    func order() throws {
        let scene = try Scene()
        var seen: [Int] = []
        scene.loop.soon { seen.append(1) }
        scene.loop.soon {
            scene.loop.soon { seen.append(3) }
            seen.append(2)
        }
        #expect(seen.isEmpty)
        try scene.run { seen.count == 3 }
        #expect(seen == [1, 2, 3])
    }

    @Test("everything that can be read is read before what was deferred by the first reader runs")
    func grouping() throws {
        let scene = try Scene()
        let pipes = (0..<20).map { _ in Pipe() }
        var read = 0
        var readAtDeferred: [Int] = []
        let watches = try pipes.map { pipe in
            try DescriptorWatch(on: scene.loop, pipe.reading) { _ in
                pipe.take()
                read += 1
                if read == 1 { scene.loop.soon { readAtDeferred.append(read) } }
            }
        }
        for pipe in pipes { pipe.put() }
        try scene.run { !readAtDeferred.isEmpty }
        #expect(readAtDeferred == [20])
        #expect(watches.count == 20)
    }

    @Test("a chain of deferred work does not keep sockets and timers waiting")
    func chain() throws {
        let scene = try Scene()
        let pipe = Pipe()
        var turns = 0
        var done = false
        func again() {
            turns += 1
            if !done { scene.loop.soon(again) }
        }
        scene.loop.soon(again)
        var readAt: Int?
        let watch = try DescriptorWatch(on: scene.loop, pipe.reading) { _ in
            pipe.take()
            readAt = turns
        }
        pipe.put()
        try scene.run { readAt != nil }
        #expect(try #require(readAt) <= 3)
        let timer = try scene.loop.after(milliseconds: 20) { done = true }
        try scene.run { done }
        #expect(turns > 100)
        // What is deferred holds what it uses: the chain has to end.
        try scene.run(milliseconds: 2)
        withExtendedLifetime((watch, timer)) {}
    }

    @Test("descriptors that are always readable do not keep deferred work waiting")
    func busyDescriptors() throws {
        let scene = try Scene()
        let pipes = (0..<10).map { _ in Pipe() }
        var calls = 0
        let watches = try pipes.map { pipe in
            pipe.put()
            return try DescriptorWatch(on: scene.loop, pipe.reading) { _ in calls += 1 }
        }
        var ran = false
        scene.loop.soon { ran = true }
        try scene.run { ran }
        #expect(calls <= 30)
        withExtendedLifetime(watches) {}
    }

    @Test("run ends with the code given to exit")
    func exit() throws {
        let scene = try Scene()
        scene.loop.soon { scene.loop.exit(7) }
        #expect(try scene.loop.run() == 7)
        #expect(try scene.loop.runOnce(timeout: 0) == false)
    }

    @Test("eight loops on eight threads do not know of each other")
    func threads() throws {
        let results = Results()
        let group = DispatchGroup()
        for index in 0..<8 {
            group.enter()
            let thread = Thread {
                results.add((try? Self.work(index)) ?? -1)
                group.leave()
            }
            thread.start()
        }
        #expect(group.wait(timeout: .now() + 30) == .success)
        #expect(results.sorted() == (0..<8).map { $0 * 1000 + 500 })
    }

    /// A loop with a timer, a descriptor, deferred work and a child; answers what only its own sources can have counted.
    private static func work(_ index: Int) throws -> Int {
        let scene = try Scene()
        let pipe = Pipe()
        var count = 0
        let watch = try DescriptorWatch(on: scene.loop, pipe.reading) { _ in
            pipe.take()
            count += 1
            scene.loop.soon { if count < 500 { pipe.put() } }
        }
        var output: [UInt8] = []
        try ChildProcess.start(on: scene.loop, "/bin/echo", arguments: ["\(index)"]) { output = $0.output }
        var ticks = 0
        let timer = try scene.loop.every(milliseconds: 1) { ticks += 1 }
        pipe.put()
        try scene.run { count == 500 && ticks >= 3 && !output.isEmpty }
        withExtendedLifetime((watch, timer)) {}
        guard let number = Int(String(decoding: output, as: UTF8.self).dropLast()) else { return -1 }
        return number * 1000 + count
    }
}

/// Numbers that threads put together.
final class Results: Sendable {
    private let numbers = Mutex<[Int]>([])

    func add(_ number: Int) { numbers.withLock { $0.append(number) } }
    func sorted() -> [Int] { numbers.withLock { $0.sorted() } }
}
