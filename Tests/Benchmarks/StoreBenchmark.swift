// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Glibc
import Store

/// The store alone: rows, durable commits, opening.
enum StoreBenchmark {
    static let farms = 10_000
    static let backends = 10

    static func run(_ report: inout Report) throws {
        report.section("Store, 10,000 x 10 objects")
        let folder = try Scratch()
        let directory = folder.file("store")
        var store = try Store(directory: directory)
        let rows = Double(farms * (1 + backends))

        var filling = 0.0
        let committing =
            try Stopwatch.time {
                filling = try Stopwatch.time { try fill(store) }
                try commit(store)
            } - filling
        report.add(Row(name: "rows written in one change", value: rate(rows / filling)))
        report.add(Row(name: "commit of those", value: duration(committing)))

        var longest = 0.0
        let backup = Stopwatch.time {
            store.backUp { _ in }
            store.waitForCompletions()
        }
        report.add(Row(name: "backup, checked", value: duration(backup)))

        let floor = try Disk.Floor(in: folder)
        let (rate, commits) = try commitsInTurn(store, floor, longest: &longest)
        report.add(
            Row(
                name: "durable changes in turn", value: Benchmarks.rate(rate),
                floor: "fdatasync \(Benchmarks.rate(floor.rate))",
                ratio: rate / floor.rate, target: .atLeast(0.5)))
        report.add(Row(name: "the longest of \(commits) (with a checkpoint)", value: duration(longest)))

        report.add(Row(name: "close", value: duration(Stopwatch.time { store.close() })))
        report.add(
            Row(name: "open, checked", value: duration(try Stopwatch.time { store = try Store(directory: directory) })))
        store.close()
        var settings = StoreSettings()
        settings.checksAtOpen = false
        report.add(
            Row(
                name: "open, not checked",
                value: duration(
                    try Stopwatch.time { store = try Store(directory: directory, settings: settings) })))
        var count = 0
        let reading = try Stopwatch.time {
            while true {
                let part = try store.nextObjects(limit: 1000)
                if part.isEmpty { break }
                count += part.count
            }
        }
        report.add(Row(name: "\(count) rows read", value: duration(reading)))
        store.close()
    }

    private static func fill(_ store: Store) throws {
        try store.begin()
        let farm = [UInt8](repeating: 0x20, count: 160)
        let backend = [UInt8](repeating: 0x20, count: 90)
        for number in 0..<farms {
            try store.write(
                StoredObject(
                    kind: "farm", id: Int64(number), parent: 0, position: Int64(number), name: "farm-\(number)",
                    body: farm))
            for index in 0..<backends {
                let id = Int64(number * backends + index)
                try store.write(
                    StoredObject(
                        kind: "backend", id: id, parent: Int64(number), position: id, name: "backend-\(index)",
                        body: backend))
            }
        }
        try store.append(revision(1))
    }

    private static func commitsInTurn(
        _ store: Store, _ floor: Disk.Floor, longest: inout Double
    ) throws -> (Double, Int) {
        var count = 0
        var seconds = 0.0
        for _ in 0..<10 {
            try floor.measure(seconds: 0.1)
            let watch = Stopwatch()
            while watch.seconds < 0.2 {
                longest = max(longest, try Stopwatch.time { try change(store, count) })
                count += 1
            }
            seconds += watch.seconds
        }
        return (Double(count) / seconds, count)
    }

    private static func change(_ store: Store, _ number: Int) throws {
        try store.begin()
        let id = Int64(number * 7919 % (farms * backends))
        let body = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 90)
        try store.write(
            StoredObject(
                kind: "backend", id: id, parent: id / 10, position: id, name: "backend-\(id % 10)", body: body))
        try store.append(revision(UInt64(number + 2)))
        try commit(store)
    }

    private static func commit(_ store: Store) throws {
        var outcome: Result<Void, StoreError>?
        store.commit { outcome = $0 }
        store.waitForCompletions()
        try outcome?.get()
    }

    private static func revision(_ number: UInt64) -> StoredRevision {
        let body = [UInt8](repeating: 0x20, count: 120)
        return StoredRevision(
            RevisionSummary(
                revision: number, time: 0, userID: 0, groupID: 0, processID: 0, socket: "rpc", comment: nil, objects: 1),
            change: body, undo: body)
    }
}
