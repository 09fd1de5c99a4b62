// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

/// nftlb.json(5): each attribute by its row.
enum ConfigurationManual {
    static var text: String {
        var page = ManualPage(
            "nftlb.json", section: 5, summary: "the configuration of nftlb, the layer-4 load balancer")
        page.section("Description")
        page.paragraph(
            "A configuration is a JSON object with the lists `farms`, `addresses`, `policies` and `clusters`. nftlbctl(1) applies it to "
                + "nftlbd(8), which stores it: the file is not read again. What a running daemon has, `nftlbctl config get` prints."
        )
        page.paragraph(
            "Numbers are numbers and switches are true or false; an unknown key, a wrong type or a value out of range is "
                + "refused with its path, and nothing is applied. A file in the dialect of the C program nftlb, in which all "
                + "values are strings, is understood as well; the two cannot be mixed in one file.")
        page.section("Example")
        page.example(example)
        for kind in ObjectKind.allCases { append(kind, to: &page) }
        page.section("See also")
        page.paragraph("nftlbctl(1), nftlbd(8), nftlb-rpc(7)")
        return page.text
    }

    private static let example = """
        {
          "farms": [
            {
              "name": "web",
              "addresses": [{"name": "public", "ip-addr": "192.0.2.10", "ports": [80, 443]}],
              "scheduler": "weight",
              "persistence": ["srcip"],
              "backends": [
                {"name": "a", "ip-addr": "10.0.1.1", "port": 8080, "weight": 2},
                {"name": "b", "ip-addr": "10.0.1.2", "port": 8080}
              ]
            }
          ]
        }
        """

    private static func append(_ kind: ObjectKind, to page: inout ManualPage) {
        page.section(title(kind))
        page.paragraph(place(kind))
        for attribute in kind.attributes {
            let about: String
            switch attribute.availability {
            case .readOnly, .order: continue
            case .identifier: about = "It tells the object from the others and must be given."
            case .now: about = fallback(attribute)
            case .alias: about = "Another way to give the first address of a farm."
            case .later(let feature): about = "Not available in this version: \(feature.rawValue)."
            }
            page.item(
                attribute.key, [attribute.help, "Values: \(attribute.type.summary). \(about)", words(attribute.type)])
        }
    }

    private static func fallback(_ attribute: AttributeDescription) -> String {
        attribute.defaultValue.map { "Default: \($0.displayed.isEmpty ? "none" : $0.displayed)." }
            ?? "It must be given."
    }

    /// Words of a closed list that this version refuses.
    private static func words(_ type: AttributeType) -> String {
        switch type {
        case .word(let choices), .words(let choices):
            let later = choices.filter { $0.later != nil }.map { "`\($0.word)`" }
            return later.isEmpty ? "" : "Not available in this version: \(later.joined(separator: ", "))."
        default: return ""
        }
    }

    private static func title(_ kind: ObjectKind) -> String {
        switch kind {
        case .farm: "Farms"
        case .farmAddress: "Addresses of a farm"
        case .backend: "Backends"
        case .session: "Sessions"
        case .policyReference: "Policies of a farm or address"
        case .policy: "Policies"
        case .element: "Elements of a policy"
        case .address: "Addresses"
        case .cluster: "Clusters"
        case .clusterNode: "Nodes of a cluster"
        case .sharedAddress: "Addresses of a cluster"
        }
    }

    private static func place(_ kind: ObjectKind) -> String {
        switch kind {
        case .farm: "`farms`: what clients connect to."
        case .farmAddress:
            "`addresses` of a farm: where clients connect. One that is named only is an address of its own."
        case .backend: "`backends` of a farm: the servers behind it."
        case .session: "`sessions` of a farm: clients that are always sent to the same backend."
        case .policyReference: "`policies` of a farm or address: the lists that it obeys, in this order."
        case .policy: "`policies`: black and white lists."
        case .element: "`elements` of a policy."
        case .address: "`addresses`: addresses that farms share."
        case .cluster: "`clusters`: balancers that share addresses, at most one. \(ClusterStory.text)"
        case .clusterNode: "`nodes` of a cluster: the same list on each of them."
        case .sharedAddress: "`addresses` of a cluster: where every node gets every packet."
        }
    }
}
