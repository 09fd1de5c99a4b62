// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Netlink
internal import Nftables

/// Reads tables, chains, rules and declarations raw and makes digests of them.
///
/// A digest is over the kernel's own attributes, from a list of those that matter: handles, use counts, counters and what
/// later kernels may add (such as the number of elements) are not in it.
struct InventoryReader {
    private let tables: NetfilterTables

    init(_ tables: NetfilterTables) {
        self.tables = tables
    }

    /// Reads everything between two equal generations, so that it belongs together; on a host that never stops changing, the
    /// last try is taken.
    func read() throws(NetlinkError) -> KernelInventory {
        var attempts = 5
        while true {
            let before = try tables.generation()
            var inventory = KernelInventory()
            for family in TableFamily.allCases {
                inventory.tables[family] = try table(family)
            }
            attempts -= 1
            let after = try tables.generation()
            if after == before || attempts == 0 { return inventory }
        }
    }

    private func table(_ family: TableFamily) throws(NetlinkError) -> KernelInventory.Table? {
        guard let object = try tables.objects(.tables, family: family.rawValue, table: tableName).first else {
            return nil
        }
        var table = KernelInventory.Table()
        table.comment = object.attributes[NetfilterAttribute.Table.userData].flatMap {
            UserData.comment(in: $0.value)
        }
        table.isDormant =
            (object.attributes[NetfilterAttribute.Table.flags]?.number ?? 0) & NetfilterAttribute.Table.dormant != 0
        for object in try tables.objects(.objects, family: family.rawValue, table: tableName) {
            guard object.attributes[NetfilterAttribute.Object.type]?.number == NetfilterAttribute.Object.helper,
                let name = object.attributes[NetfilterAttribute.Object.name]?.string
            else { continue }
            table.helpers.insert(name)
        }
        for object in try tables.objects(.flowTables, family: family.rawValue, table: tableName) {
            if let flows = FlowTable(object.attributes) { table.flowTables[flows.name] = flows }
        }
        table.chains = try chains(family)
        for set in try tables.objects(.sets, family: family.rawValue, table: tableName) {
            let set = set.attributes
            // The kernel lets nobody change what nft made for one rule; that rule's digest names it.
            guard let name = set[NetfilterAttribute.Set.name]?.string,
                (set[NetfilterAttribute.Set.flags]?.number ?? 0) & NetfilterAttribute.Set.anonymous == 0
            else { continue }
            table.sets[name] = Self.digest(set, Self.setAttributes).value
            table.forms[name] = SetForm(set)
            if set[NetfilterAttribute.Set.dataType]?.number == NetfilterAttribute.Set.verdict {
                let keyLength = Int(set[NetfilterAttribute.Set.keyLength]?.number ?? 0)
                let verdicts = try tables.verdicts(
                    of: SetIdentity(
                        family: family.rawValue, table: tableName, name: name, keyLength: keyLength, dataLength: 0))
                table.verdicts[name] = verdicts.mapValues { InstalledVerdict(code: $0.code, chain: $0.chain) }
            }
        }
        return table
    }

    private func chains(_ family: TableFamily) throws(NetlinkError) -> [String: UInt64] {
        var digests: [String: Digest] = [:]
        for chain in try tables.objects(.chains, family: family.rawValue, table: tableName) {
            guard let name = chain.attributes[NetfilterAttribute.Chain.name]?.string else { continue }
            digests[name] = Self.digest(chain.attributes, Self.chainAttributes)
        }
        for rule in try tables.objects(.rules, family: family.rawValue, table: tableName) {
            guard let chain = rule.attributes[NetfilterAttribute.Rule.chain]?.string else { continue }
            digests[chain]?.combine(rule: rule.attributes)
        }
        return digests.mapValues(\.value)
    }

    private static let chainAttributes: Set<UInt16> = [
        NetfilterAttribute.Chain.hook, NetfilterAttribute.Chain.policy, NetfilterAttribute.Chain.type,
        NetfilterAttribute.Chain.flags, NetfilterAttribute.Chain.userData,
    ]

    private static let setAttributes: Set<UInt16> = [
        NetfilterAttribute.Set.flags, NetfilterAttribute.Set.keyType, NetfilterAttribute.Set.keyLength,
        NetfilterAttribute.Set.dataType, NetfilterAttribute.Set.dataLength, NetfilterAttribute.Set.policy,
        NetfilterAttribute.Set.description, NetfilterAttribute.Set.timeout,
        NetfilterAttribute.Set.collectionInterval, NetfilterAttribute.Set.userData,
        NetfilterAttribute.Set.objectType, NetfilterAttribute.Set.expression, NetfilterAttribute.Set.expressions,
    ]

    private static func digest(_ attributes: AttributeList, _ wanted: Set<UInt16>) -> Digest {
        var digest = Digest()
        for attribute in attributes where wanted.contains(attribute.type) {
            digest.combine(attribute)
        }
        return digest
    }
}

extension SetForm {
    fileprivate init(_ attributes: AttributeList) {
        func number(_ type: UInt16) -> UInt32 { attributes[type]?.number ?? 0 }
        let flags = number(NetfilterAttribute.Set.flags)
        let description = attributes[NetfilterAttribute.Set.description]?.nested
        self.init(
            keyLength: Int(number(NetfilterAttribute.Set.keyLength)),
            dataLength: Int(number(NetfilterAttribute.Set.dataLength)),
            hasVerdicts: number(NetfilterAttribute.Set.dataType) == NetfilterAttribute.Set.verdict,
            isInterval: flags & NetfilterAttribute.Set.interval != 0,
            isDynamic: flags & NetfilterAttribute.Set.dynamic != 0,
            lifetime: attributes[NetfilterAttribute.Set.timeout]?.value.reduce(0) { $0 << 8 | UInt64($1) },
            size: Int(description?[NetfilterAttribute.Set.size]?.number ?? 0))
    }
}

extension FlowTable {
    fileprivate init?(_ attributes: AttributeList) {
        guard let name = attributes[NetfilterAttribute.FlowTable.name]?.string,
            let hook = attributes[NetfilterAttribute.FlowTable.hook]?.nested,
            let priority = hook[NetfilterAttribute.FlowTable.priority]?.number
        else { return nil }
        let devices = hook[NetfilterAttribute.FlowTable.devices]?.nested ?? AttributeList([])
        self.init(name, priority: Int(Int32(bitPattern: priority)), devices: Set(devices.map(\.string)))
    }
}

extension Digest {
    /// Expressions that count: their data changes with every packet.
    private static let counting: Set<String> = ["counter", "quota", "last"]

    /// Adds a rule: its expressions without what they have counted, and its comment.
    fileprivate mutating func combine(rule: AttributeList) {
        combine("rule")
        for expression in rule[NetfilterAttribute.Rule.expressions]?.nested ?? AttributeList([]) {
            let name = expression.nested[NetfilterAttribute.Expression.name]?.string ?? ""
            combine(name)
            if !Self.counting.contains(name), let data = expression.nested[NetfilterAttribute.Expression.data] {
                combine(data)
            }
        }
        if let comment = rule[NetfilterAttribute.Rule.userData] { combine(comment) }
    }

    /// Adds an attribute: type, length and value, so that no two lists of attributes look alike.
    fileprivate mutating func combine(_ attribute: AttributeList.Attribute) {
        for number in [attribute.type, UInt16(attribute.value.count)] {
            combine(UInt8(number & 0xff))
            combine(UInt8(number >> 8))
        }
        for byte in attribute.value { combine(byte) }
    }
}
