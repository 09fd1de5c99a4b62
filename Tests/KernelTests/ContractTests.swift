// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import KernelContract
import KernelSupport
import Namespaces
import Nftables
import NftablesKernel
import Testing

@Suite("The manners of the real kernel, which every fake must have", .enabled(if: NetworkNamespace.isAvailable))
struct ContractTests {
    struct RealKernel: ContractKernel {
        let connection: KernelConnection

        func inventory() throws(KernelFailure) -> KernelInventory { try connection.inventory() }

        func install(_ script: SkeletonScript) throws(KernelFailure) { try connection.installNow(script) }

        func commit(_ transaction: Transaction) throws(KernelFailure) { try connection.commit(transaction) }

        func dump(_ set: SetReference, keyLength: Int, dataLength: Int) throws(KernelFailure) -> ElementList {
            try connection.dump(set, keyLength: keyLength, dataLength: dataLength)
        }

        func lookup(_ keys: ElementList, dataLength: Int) throws(KernelFailure) -> ElementList {
            try connection.lookup(keys, dataLength: dataLength)
        }

        func generation() throws(KernelFailure) -> UInt32 { try connection.generation() }
    }

    @Test(arguments: KernelContract.all)
    func `the kernel keeps`(_ clause: KernelContract) throws {
        try NetworkNamespace.with {
            try clause.run(RealKernel(connection: try TestKernel.open()))
        }
    }
}
