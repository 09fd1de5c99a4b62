// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// One change of tables, chains, rules, declarations or verdict-map elements.
public enum SkeletonOperation: Sendable, Hashable {
    /// Adds a table; its comment is the id of the store that owns it. Refused when there is one: it would be another's.
    case addTable(TableFamily, comment: String?)
    /// Has the chains of a table see packets again. A table that is added again without flags loses the flag `dormant` (Linux
    /// 6.1 to 6.18); its comment stays.
    case wakeTable(TableFamily)
    /// Removes a table with all that is in it.
    case deleteTable(TableFamily)
    /// Adds a helper.
    case addHelper(TableFamily, HelperObject)
    /// Removes a helper; no rule may give it.
    case deleteHelper(TableFamily, String)
    /// Adds a flow table without devices.
    case addFlowTable(TableFamily, FlowTable)
    /// Has a flow table look at these devices, too. Apart from `addFlowTable`, so that a refusal says what is missing: flow
    /// tables, or a device. There is no way back but another flow table: nft 1.0.6 takes no device out of one (EOPNOTSUPP: it
    /// does not send the priority).
    case addDevices(TableFamily, FlowTable)
    /// Removes a flow table; no rule may name it. What is in it goes on through the chains.
    case deleteFlowTable(TableFamily, String)
    /// Adds a set or map.
    case addSet(TableFamily, SetDeclaration)
    /// Removes a set with its elements; no rule may use it.
    case deleteSet(TableFamily, String)
    /// Adds a chain without its rules.
    case addChain(TableFamily, Chain)
    /// Removes a chain with its rules; nothing may name it.
    case deleteChain(TableFamily, String)
    /// Removes the rules of a chain.
    case flushChain(TableFamily, String)
    /// Adds a rule at the end of a chain.
    case addRule(TableFamily, chain: String, Rule)
    /// Adds an element of a verdict map with a four-byte key.
    case addVerdict(TableFamily, map: String, key: UInt32, Verdict)
    /// Removes an element of a verdict map.
    case deleteVerdict(TableFamily, map: String, key: UInt32)
    /// Removes all elements of a map, whatever its keys are.
    case flushMap(TableFamily, String)

    /// The table it belongs to.
    public var family: TableFamily {
        switch self {
        case .addTable(let family, _), .wakeTable(let family), .deleteTable(let family), .addHelper(let family, _),
            .deleteHelper(let family, _), .addFlowTable(let family, _), .addDevices(let family, _),
            .deleteFlowTable(let family, _), .addSet(let family, _), .deleteSet(let family, _),
            .addChain(let family, _), .deleteChain(let family, _), .flushChain(let family, _),
            .addRule(let family, _, _), .addVerdict(let family, _, _, _), .deleteVerdict(let family, _, _),
            .flushMap(let family, _):
            family
        }
    }

    /// One line that nft reads. A chain or table with several properties on one line needs a space before each semicolon's
    /// neighbour only for people; what 1.0.6 does not read is `} }` at the end of a line, which no line here has.
    public var text: String {
        let table = "\(family.text) \(tableName)"
        switch self {
        case .addTable(_, let comment):
            return "create table \(table)" + Self.braces(comment.map { "comment \"\($0)\" ;" })
        case .wakeTable: return "add table \(table)"
        case .deleteTable: return "delete table \(table)"
        case .addHelper(let family, let helper):
            return "add ct helper \(table) \(helper.name)" + Self.braces(helper.declarationText(in: family))
        case .deleteHelper(_, let name): return "delete ct helper \(table) \(name)"
        case .addFlowTable(_, let flows):
            return "add flowtable \(table) \(flows.name)" + Self.braces(flows.declarationText)
        case .addDevices(_, let flows):
            return "add flowtable \(table) \(flows.name)" + Self.braces("\(flows.declarationText) \(flows.devicesText)")
        case .deleteFlowTable(_, let name): return "delete flowtable \(table) \(name)"
        case .addSet(_, let set):
            return "add \(set.keyword) \(table) \(set.name)" + Self.braces(set.declarationText)
        case .deleteSet(_, let name): return "delete set \(table) \(name)"
        case .addChain(_, let chain): return "add chain \(table) \(chain.name)" + Self.braces(chain.declarationText)
        case .deleteChain(_, let name): return "delete chain \(table) \(name)"
        case .flushChain(_, let name): return "flush chain \(table) \(name)"
        case .addRule(_, let chain, let rule): return "add rule \(table) \(chain) \(rule)"
        case .addVerdict(_, let map, let key, let verdict):
            return "add element \(table) \(map) { \(hexadecimal(key, digits: 8)) : \(verdict.text) }"
        case .deleteVerdict(_, let map, let key):
            return "delete element \(table) \(map) { \(hexadecimal(key, digits: 8)) }"
        case .flushMap(_, let name): return "flush map \(table) \(name)"
        }
    }

    private static func braces(_ content: String?) -> String {
        guard let content, !content.isEmpty else { return "" }
        return " { \(content) }"
    }
}

/// Changes of the skeleton, run by libnftables as one transaction: all of it or nothing.
public struct SkeletonScript: Sendable, Hashable {
    /// In the order in which they are written; what is named later must be there.
    public var operations: [SkeletonOperation]

    /// A script.
    public init(_ operations: [SkeletonOperation] = []) { self.operations = operations }

    /// Whether there is nothing to do.
    public var isEmpty: Bool { operations.isEmpty }

    /// One operation a line, so that libnftables can say which one failed.
    public func text() -> String { operations.map { $0.text + "\n" }.joined() }
}
