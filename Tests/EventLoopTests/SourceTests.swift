// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EventLoop
import Foundation
import Testing

@Suite("Timers, descriptors and signals")
struct SourceTests {
    @Test("a timer calls once, not before its time")
    func once() throws {
        let scene = try Scene()
        let start = scene.loop.now
        var calledAt: [UInt64] = []
        let timer = try scene.loop.after(milliseconds: 30) { calledAt.append(scene.loop.now) }
        try scene.run(milliseconds: 80)
        #expect(calledAt.count == 1)
        #expect((calledAt.first ?? 0) - start >= 29_000_000)
        withExtendedLifetime(timer) {}
    }

    @Test("a periodic timer goes on until it is cancelled, also from its own handler")
    func periodic() throws {
        let scene = try Scene()
        var ticks = 0
        var timer: TimerWatch?
        timer = try scene.loop.every(milliseconds: 2) {
            ticks += 1
            if ticks == 5 { timer?.cancel() }
        }
        try scene.run(milliseconds: 60)
        #expect(ticks == 5)
        withExtendedLifetime(timer) {}
    }

    @Test("a periodic timer that was late does not catch up")
    func late() throws {
        let scene = try Scene()
        var ticks = 0
        var sleptUntil: UInt64 = 0
        let timer = try scene.loop.every(milliseconds: 5) {
            ticks += 1
            guard ticks == 1 else { return }
            usleep(60_000)
            sleptUntil = scene.loop.now
        }
        try scene.run { ticks == 4 }
        // The call that was due during the sleep comes at once; the eleven others are left out.
        #expect(scene.loop.now - sleptUntil >= 5_000_000)
        withExtendedLifetime(timer) {}
    }

    @Test("a timer that nobody holds does not call")
    func dropped() throws {
        let scene = try Scene()
        var called = false
        _ = try scene.loop.after(milliseconds: 1) { called = true }
        try scene.run(milliseconds: 10)
        #expect(!called)
    }

    @Test("a watch may be let go of in its own handler")
    func letGo() throws {
        let scene = try Scene()
        let pipe = Pipe()
        var watch: DescriptorWatch?
        var calls = 0
        watch = try DescriptorWatch(on: scene.loop, pipe.reading) { _ in
            calls += 1
            watch = nil
        }
        pipe.put()
        try scene.run { calls > 0 }
        try scene.run(milliseconds: 5)
        #expect(calls == 1)
        #expect(watch == nil)
    }

    @Test("a watch reports what is wanted, as that changes")
    func interest() throws {
        let scene = try Scene()
        let pipe = Pipe()
        var writable = 0
        let watch = try DescriptorWatch(on: scene.loop, pipe.writing, for: []) { readiness in
            if readiness.contains(.writable) { writable += 1 }
        }
        try scene.run(milliseconds: 5)
        #expect(writable == 0)
        watch.interest = .writable
        try scene.run { writable > 0 }
        watch.interest = []
        let before = writable
        try scene.run(milliseconds: 5)
        #expect(writable == before)
    }

    @Test("a hang-up is reported")
    func hangUp() throws {
        let scene = try Scene()
        var ends: [Int32] = [0, 0]
        #expect(unsafe Foundation.pipe(&ends) == 0)
        var seen: DescriptorWatch.Readiness = []
        let watch = try DescriptorWatch(on: scene.loop, ends[0]) { seen.formUnion($0) }
        close(ends[1])
        try scene.run { !seen.isEmpty }
        #expect(seen.contains(.hungUp))
        watch.cancel()
        close(ends[0])
    }

    @Test("a descriptor that cannot be watched is an error that names it")
    func unwatchable() throws {
        let scene = try Scene()
        #expect(throws: SystemError.self) { try DescriptorWatch(on: scene.loop, 9_999) { _ in } }
        do {
            _ = try DescriptorWatch(on: scene.loop, 9_999) { _ in }
        } catch {
            #expect(error.code == EBADF)
            #expect(error.description == "watch descriptor 9999: Bad file descriptor")
        }
    }

    @Test("a signal calls its handler instead of ending the process")
    func signal() throws {
        let scene = try Scene()
        var count = 0
        let watch = try SignalWatch(on: scene.loop, SIGUSR1) { count += 1 }
        // To this thread only: the test program has others, which do not block it.
        pthread_kill(pthread_self(), SIGUSR1)
        try scene.run { count == 1 }
        withExtendedLifetime(watch) {}
    }
}
