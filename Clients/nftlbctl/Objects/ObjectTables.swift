// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

extension DeclaredObject {
    /// The attributes that this version gives a meaning, one per line; what is not the default stands out.
    var attributeTable: Table {
        var table = Table()
        for attribute in kind.attributes {
            if case .objects = attribute.type { continue }
            switch attribute.availability {
            case .identifier, .now: break
            case .later where json[attribute.key] != nil: break
            case .alias, .later, .readOnly, .order: continue
            }
            table.append([
                Table.Cell(attribute.key), Table.Cell(text(attribute.key), json[attribute.key] == nil ? .dim : .bold),
            ])
        }
        return table
    }
}

extension MemberKind {
    /// The attributes that a table shows, in its order.
    private var columns: [String] {
        switch kind {
        case .backend: ["name", "ip-addr", "port", "weight", "state"]
        case .farmAddress: ["name", "family", "ip-addr", "ports", "protocol"]
        case .farm, .session, .policyReference, .policy, .element, .address, .cluster, .clusterNode, .sharedAddress:
            ["name"]
        }
    }

    /// Members of one farm as a table; with `farms`, of several, each with its farm in front.
    func table(_ members: [DeclaredObject], farms: [String]? = nil) -> Table {
        let heads = [noun.uppercased()] + columns.dropFirst().map { $0.uppercased() }
        var table = Table(farms == nil ? heads : ["FARM"] + heads)
        for (index, member) in members.enumerated() {
            let cells = columns.map { key in
                key == "state" ? Table.Cell.state(member.text(key)) : Table.Cell(member.text(key))
            }
            table.append(farms.map { [Table.Cell($0[index])] + cells } ?? cells)
        }
        return table
    }
}
