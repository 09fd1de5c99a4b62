// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

// A program that tests kill, or run on a disk that is full: what a store survives is shown by what another process finds.

import Glibc
import Store

func say(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    _ = unsafe write(STDOUT_FILENO, bytes, bytes.count)
}

func change(_ store: Store, _ number: UInt64, size: Int) -> Result<Void, StoreError> {
    do {
        try store.begin()
        for id in 0..<3 {
            let body = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: size)
            try store.write(
                StoredObject(kind: "thing", id: Int64(id), parent: 0, position: 1, name: "\(number)", body: body))
        }
        try store.append(
            StoredRevision(
                RevisionSummary(
                    revision: number, time: 0, userID: 0, groupID: 0, processID: 0, socket: "", comment: nil,
                    objects: 1),
                change: Array("\(number)".utf8), undo: [UInt8](repeating: 0, count: size)))
    } catch {
        store.rollback()
        return .failure(error)
    }
    var outcome: Result<Void, StoreError>?
    store.commit { outcome = $0 }
    store.waitForCompletions()
    return outcome!
}

func run() throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 3 else { exit(2) }
    let store = try Store(directory: arguments[2])
    var number = try store.newestRevision()

    switch arguments[1] {
    case "commits":
        // Says each number once it is durable, until it is killed.
        while true {
            number += 1
            try change(store, number, size: 200).get()
            say("\(number)")
        }
    case "full":
        // Commits until there is no room; then makes room by removing the file that takes it, and goes on.
        var failure: StoreError?
        while failure == nil && number < 10_000 {
            if case .failure(let error) = change(store, number + 1, size: 20_000) {
                failure = error
            } else {
                number += 1
            }
        }
        say("failed \(failure.map { "\($0.kind)" } ?? "never")")
        say("kept \(try store.newestRevision() == number)")
        if arguments.count > 3 { _ = unsafe unlink(arguments[3]) }
        var attempts = 0
        while case .failure = change(store, number + 1, size: 1000), attempts < 5 {
            attempts += 1
            store.waitForCompletions()
        }
        say("recovered \(attempts < 5) \(store.health)")
    default: exit(2)
    }
    store.close()
}

do {
    try run()
} catch {
    say("error \(error)")
    exit(1)
}
