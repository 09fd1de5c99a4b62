// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import EngineSupport
import KernelContract
import Nftables
import Testing

@Suite("The kernel of the engine's tests has the real one's manners")
struct FakeKernelTests {
    @Test(arguments: KernelContract.all)
    func manner(_ clause: KernelContract) throws { try clause.run(ContractFake()) }
}

/// A fake kernel whose helper answers at once.
private struct ContractFake: ContractKernel {
    private let scheduler: FakeScheduler
    private let kernel: FakeKernel

    init() {
        scheduler = FakeScheduler()
        kernel = FakeKernel(scheduler: scheduler)
    }

    func inventory() throws(KernelFailure) -> KernelInventory { try kernel.inventory() }
    func commit(_ transaction: Transaction) throws(KernelFailure) { try kernel.commit(transaction) }
    func generation() throws(KernelFailure) -> UInt32 { try kernel.generation() }

    func replace(_ keys: ElementList, with counters: CountedElements) throws(KernelFailure) {
        try kernel.replace(keys, with: counters)
    }

    func install(_ script: SkeletonScript) throws(KernelFailure) {
        var result: Result<Void, KernelFailure>?
        kernel.install(script) { result = $0 }
        scheduler.run()
        try result!.get()
    }

    func dump<Records: ElementRecords>(
        _ form: ElementForm, as records: Records.Type
    ) throws(KernelFailure) -> Records {
        var all = Records(form)
        let dump = try kernel.beginDump(form, as: records)
        while let part = try dump.next() { all.append(contentsOf: part) }
        return all
    }

    func lookup<Records: ElementRecords>(
        _ keys: ElementList, dataLength: Int, as records: Records.Type
    ) throws(KernelFailure) -> Records {
        try kernel.lookup(keys, dataLength: dataLength, as: records)
    }
}
