// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Store
import Testing

/// A folder for one test's store, gone with the test.
final class Folder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "nftlb-store-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }
}

extension StoredObject {
    /// A small object.
    init(_ id: Int64, position: Int64? = nil, kind: String = "farm", body: String = "{}") {
        self.init(
            kind: kind, id: id, parent: 0, position: position ?? id, name: "object \(id)", body: Array(body.utf8))
    }
}

extension StoredRevision {
    /// A small revision.
    init(_ number: UInt64, size: Int = 10) {
        self.init(
            RevisionSummary(
                revision: number, time: 1_700_000_000, userID: 1000, groupID: 100, processID: 42, socket: "rpc",
                comment: number % 2 == 0 ? nil : "change \(number)", objects: Int(number % 7)),
            change: [UInt8](repeating: 1, count: size), undo: [UInt8](repeating: 2, count: size))
    }
}

extension Store {
    /// One whole change, waited for.
    @discardableResult
    func change(_ body: (Store) throws -> Void) throws -> Result<Void, StoreError> {
        try begin()
        try body(self)
        return commitAndWait()
    }

    func commitAndWait() -> Result<Void, StoreError> {
        var outcome: Result<Void, StoreError>?
        commit { outcome = $0 }
        waitForCompletions()
        return outcome ?? .failure(StoreError(.inputOutput, "no answer"))
    }

    func allObjects(limit: Int = 100) throws -> [StoredObject] {
        var objects: [StoredObject] = []
        while true {
            let part = try nextObjects(limit: limit)
            if part.isEmpty { return objects }
            objects += part
        }
    }

    func backUpAndWait() throws {
        var outcome: Result<Void, StoreError>?
        backUp { outcome = $0 }
        waitForCompletions()
        try outcome?.get()
    }
}

extension Result where Success == Void {
    var isSuccess: Bool {
        if case .success = self { true } else { false }
    }
}
