// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension Ruleset.Table {
    /// What a script does with flow tables. Every device is taken to be there.
    mutating func applyToFlowTables(_ operation: SkeletonOperation) throws(KernelFailure) {
        let text = operation.text
        switch operation {
        case .addFlowTable(_, let flows):
            if let present = flowTables[flows.name] {
                guard present.priority == flows.priority else { throw .refused(KernelError.exists, text) }
                return
            }
            flowTables[flows.name] = FlowTable(flows.name, priority: flows.priority)
        case .addDevices(_, let flows):
            guard let present = flowTables[flows.name], present.priority == flows.priority else {
                throw .refused(KernelError.missing, text)
            }
            flowTables[flows.name]?.devices.formUnion(flows.devices)
        case .deleteFlowTable(_, let name):
            guard flowTables[name] != nil else { throw .refused(KernelError.missing, text) }
            guard !chains.values.contains(where: { $0.flowTables.contains(name) }) else {
                throw .refused(KernelError.inUse, text)
            }
            flowTables[name] = nil
        case .addTable, .wakeTable, .deleteTable, .addHelper, .deleteHelper, .addSet, .deleteSet, .addChain,
            .deleteChain, .flushChain, .addRule, .addVerdict, .deleteVerdict, .flushMap:
            break
        }
    }
}
