// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine

/// A store that costs nothing: what is measured beside it is the engine and the kernel.
final class ForgetfulStore: StorePort {
    private let scheduler: TurnScheduler
    private var values: [String: [UInt8]] = ["store-id": Array("0123456789abcdef0123456789abcdef".utf8)]

    init(scheduler: TurnScheduler) { self.scheduler = scheduler }

    func newestRevision() -> UInt64 { 0 }
    func nextObjects(limit: Int) -> [ObjectRow] { [] }
    func nextElements(limit: Int) -> [ElementRow] { [] }
    func metadata(_ key: String) -> [UInt8]? { values[key] }
    func revision(_ number: UInt64) -> RevisionRow? { nil }
    func revisions(before number: UInt64, limit: Int) -> [RevisionHead] { [] }
    func keep(from revision: UInt64?) {}
    func begin() {}
    func beginAnew(identity: String?) {}
    func write(_ row: ObjectRow) {}
    func remove(_ key: ObjectKey) {}
    func write(_ row: ElementRow) {}
    func removeElement(of policy: Int64, _ data: [UInt8]) {}
    func removeElements(of policy: Int64) {}
    func append(_ revision: RevisionRow) {}
    func setMetadata(_ key: String, _ value: [UInt8]?) { values[key] = value }
    func rollback() {}

    func commit(completion: @escaping (Result<Void, StoreFailure>) -> Void) {
        scheduler.soon { completion(.success(())) }
    }
}
