// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Glibc
import KernelContract
import KernelSupport
import Namespaces
import Nftables
import NftablesKernel
import Testing

@Suite("The manners of the kernel")
struct ContractTests {
    /// Before Linux 6.12.
    private static let isOld: Bool = {
        var name = utsname()
        unsafe uname(&name)
        let release = unsafe withUnsafeBytes(of: &name.release) { unsafe String(decoding: $0, as: UTF8.self) }
        let numbers = release.split(separator: ".").prefix(2).compactMap { Int($0) }
        return numbers.lexicographicallyPrecedes([6, 12])
    }()

    @Test(.enabled(if: NetworkNamespace.isAvailable), arguments: KernelContract.all.filter { !isOld || !$0.isYoung })
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

    func replace(_ keys: ElementList, with counters: CountedElements) throws(KernelFailure) {
        try connection.replace(keys, with: counters)
    }

    func dump<Records: ElementRecords>(
        _ form: ElementForm, as records: Records.Type
    ) throws(KernelFailure) -> Records {
        try connection.dump(form, as: records)
    }

    func lookup<Records: ElementRecords>(
        _ keys: ElementList, dataLength: Int, as records: Records.Type
    ) throws(KernelFailure) -> Records {
        try connection.lookup(keys, dataLength: dataLength, as: records)
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

    func replace(_ keys: ElementList, with counters: CountedElements) throws(KernelFailure) {
        ruleset = try ruleset.replacing(keys, with: counters)
        changes += 1
    }

    func dump<Records: ElementRecords>(
        _ form: ElementForm, as records: Records.Type
    ) throws(KernelFailure) -> Records {
        guard let found = ruleset.read(form, as: records) else { throw .refused(KernelError.missing, "dump") }
        return found
    }

    func lookup<Records: ElementRecords>(
        _ keys: ElementList, dataLength: Int, as records: Records.Type
    ) throws(KernelFailure) -> Records {
        guard let found = ruleset.lookup(keys, dataLength: dataLength, as: records) else {
            throw .refused(KernelError.missing, "look up")
        }
        return found
    }

    func generation() throws(KernelFailure) -> UInt32 { changes }
}
