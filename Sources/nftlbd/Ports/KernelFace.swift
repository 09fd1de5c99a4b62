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

    func inventory() throws(KernelFailure) -> KernelInventory { try connection.inventory() }

    func install(_ script: SkeletonScript, completion: @escaping (Result<Void, KernelFailure>) -> Void) {
        connection.install(script, completion: completion)
    }

    func commit(_ transaction: Transaction) throws(KernelFailure) { try connection.commit(transaction) }

    func beginDump(
        _ set: SetReference, keyLength: Int, dataLength: Int
    ) throws(KernelFailure) -> any KernelDump {
        DumpFace(dump: try connection.beginDump(set, keyLength: keyLength, dataLength: dataLength))
    }

    func lookup(_ keys: ElementList, dataLength: Int) throws(KernelFailure) -> ElementList {
        try connection.lookup(keys, dataLength: dataLength)
    }

    func generation() throws(KernelFailure) -> UInt32 { try connection.generation() }
}

/// A dump as the engine sees it.
private final class DumpFace: KernelDump {
    private let dump: SetDump

    init(dump: SetDump) { self.dump = dump }

    func next() throws(KernelFailure) -> ElementList? { try dump.next() }
}
