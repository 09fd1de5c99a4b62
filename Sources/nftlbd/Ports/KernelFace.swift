// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import Nftables
import NftablesKernel

/// The kernel as the engine sees it.
final class KernelFace: KernelPort {
    private let connection: KernelConnection

    init(helper: String, runner: any ChildRunner) throws(Failure) {
        do throws(KernelFailure) {
            connection = try KernelConnection(helper: helper, runner: runner)
        } catch {
            throw Failure(status: .kernel, reason: "open netlink: \(error.message)")
        }
    }

    /// Tells what other programs do to our tables.
    func foreignChanges() throws(KernelFailure) -> ForeignChanges { try ForeignChanges(besides: connection) }

    func inventory() throws(KernelFailure) -> KernelInventory { try connection.inventory() }

    func install(_ script: SkeletonScript, completion: @escaping (Result<Void, KernelFailure>) -> Void) {
        connection.install(script, completion: completion)
    }

    func commit(_ transaction: Transaction) throws(KernelFailure) { try connection.commit(transaction) }

    func deleteCatchAlls(of sets: [SetReference]) throws(KernelFailure) -> Int {
        try connection.deleteCatchAlls(of: sets)
    }

    func replace(_ keys: ElementList, with counters: CountedElements) throws(KernelFailure) {
        try connection.replace(keys, with: counters)
    }

    func beginDump<Records: ElementRecords>(
        _ form: ElementForm, as records: Records.Type
    ) throws(KernelFailure) -> any KernelDump<Records> {
        DumpFace(dump: try connection.beginDump(form, as: records))
    }

    func lookup<Records: ElementRecords>(
        _ keys: ElementList, dataLength: Int, as records: Records.Type
    ) throws(KernelFailure) -> Records {
        try connection.lookup(keys, dataLength: dataLength, as: records)
    }

    func generation() throws(KernelFailure) -> UInt32 { try connection.generation() }
}

/// A dump as the engine sees it.
private final class DumpFace<Records: ElementRecords>: KernelDump {
    private let dump: SetDump<Records>

    init(dump: SetDump<Records>) { self.dump = dump }

    func next() throws(KernelFailure) -> Records? { try dump.next() }
}
