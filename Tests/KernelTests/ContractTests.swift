// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import KernelContract
import KernelSupport
import Namespaces
import Nftables
import NftablesKernel
import Testing

@Suite("The manners of the kernel")
struct ContractTests {
    @Test(.enabled(if: NetworkNamespace.isAvailable), arguments: KernelContract.all)
    func `the real kernel keeps`(_ clause: KernelContract) throws {
        try NetworkNamespace.with {
            try clause.run(RealKernel(connection: try TestKernel.open()))
        }
    }

    @Test(arguments: KernelContract.all)
    func `the ruleset as a value keeps`(_ clause: KernelContract) throws {
        try clause.run(ModelKernel())
    }
}

/// The door to the real kernel.
private struct RealKernel: ContractKernel {
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

/// The value that fakes and laws stand on.
private final class ModelKernel: ContractKernel {
    private var ruleset = Ruleset()
    private var changes: UInt32 = 1

    func inventory() throws(KernelFailure) -> KernelInventory { ruleset.inventory }

    func install(_ script: SkeletonScript) throws(KernelFailure) {
        try ruleset.apply(script)
        changes += 1
    }

    func commit(_ transaction: Transaction) throws(KernelFailure) {
        try ruleset.apply(transaction)
        if !transaction.isEmpty { changes += 1 }
    }

    func dump(_ set: SetReference, keyLength: Int, dataLength: Int) throws(KernelFailure) -> ElementList {
        guard let elements = ruleset.elements(of: set) else { throw .refused(KernelError.missing, "dump") }
        return elements
    }

    func lookup(_ keys: ElementList, dataLength: Int) throws(KernelFailure) -> ElementList {
        guard let contents = ruleset[keys.set] else { throw .refused(KernelError.missing, "look up") }
        var found = ElementList(set: keys.set, keyLength: keys.keyLength, dataLength: dataLength)
        for index in 0..<keys.count {
            let key = Array(keys.key(at: index))
            if let data = contents.elements[key] { found.append(key: key, data: data) }
        }
        return found
    }

    func generation() throws(KernelFailure) -> UInt32 { changes }
}
