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

    func deleteCatchAlls(of sets: [SetReference]) throws(KernelFailure) -> Int {
        try connection.deleteCatchAlls(of: sets)
    }

    func replace(_ keys: ElementList, with counters: CountedElements) throws(KernelFailure) {
        try connection.replace(keys, with: counters)
    }

    func inventory() throws(KernelFailure) -> KernelInventory { try connection.inventory() }
    func generation() throws(KernelFailure) -> UInt32 { try connection.generation() }

    func lookup<Records: ElementRecords>(
        _ keys: ElementList, dataLength: Int, as records: Records.Type
    ) throws(KernelFailure) -> Records {
        try connection.lookup(keys, dataLength: dataLength, as: records)
    }

    func beginDump<Records: ElementRecords>(
        _ form: ElementForm, as records: Records.Type
    ) throws(KernelFailure) -> any KernelDump<Records> {
        TimedDump(try connection.beginDump(form, as: records))
    }
}

private final class TimedDump<Records: ElementRecords>: KernelDump {
    private let dump: SetDump<Records>

    init(_ dump: SetDump<Records>) { self.dump = dump }

    func next() throws(KernelFailure) -> Records? { try dump.next() }
}
