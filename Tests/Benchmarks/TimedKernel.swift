// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import KernelSupport
import Nftables
import NftablesKernel

/// The real kernel, with a clock beside each transaction.
final class TimedKernel: KernelPort {
    /// One transaction of elements.
    struct Commit {
        var elements: Int
        var seconds: Double
    }

    let connection: KernelConnection
    private(set) var commits: [Commit] = []
    private(set) var helperSeconds = 0.0

    /// In the network namespace of the calling thread.
    init() throws { connection = try TestKernel.open() }

    func forget() {
        commits.removeAll(keepingCapacity: true)
        helperSeconds = 0
    }

    func commit(_ transaction: Transaction) throws(KernelFailure) {
        let watch = Stopwatch()
        try connection.commit(transaction)
        commits.append(Commit(elements: transaction.elementCount, seconds: watch.seconds))
    }

    func install(_ script: SkeletonScript, completion: @escaping (Result<Void, KernelFailure>) -> Void) {
        let watch = Stopwatch()
        connection.install(script) { [self] in
            helperSeconds += watch.seconds
            completion($0)
        }
    }

    func inventory() throws(KernelFailure) -> KernelInventory { try connection.inventory() }
    func generation() throws(KernelFailure) -> UInt32 { try connection.generation() }

    func lookup(_ keys: ElementList, dataLength: Int) throws(KernelFailure) -> ElementList {
        try connection.lookup(keys, dataLength: dataLength)
    }

    func beginDump(_ set: SetReference, keyLength: Int, dataLength: Int) throws(KernelFailure) -> any KernelDump {
        TimedDump(try connection.beginDump(set, keyLength: keyLength, dataLength: dataLength))
    }
}

private final class TimedDump: KernelDump {
    private let dump: SetDump

    init(_ dump: SetDump) { self.dump = dump }

    func next() throws(KernelFailure) -> ElementList? { try dump.next() }
}
