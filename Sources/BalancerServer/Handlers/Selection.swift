// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import JSON

/// Refuses pages of what is selected by name: that is as long as the list of names.
func refusePages(_ limit: PageLimit?, _ cursor: PageCursor?, beside name: String) throws(RPCError) {
    guard limit == nil, cursor == nil else {
        throw .invalidParameters("'limit' and 'cursor' do not stand beside '\(name)'")
    }
}

extension OrderedTable {
    /// The objects of these names that there are, each once, in the order of the names.
    func named(_ names: [String]) -> [Value] {
        var seen: Set<Name> = []
        return names.compactMap { text in
            guard let name = try? Name(text), seen.insert(name).inserted else { return nil }
            return self[name]
        }
    }
}

extension Configuration {
    /// The objects of a selection that there are, each once. What is found by what it refers to is looked for in all
    /// objects; that takes a fraction of a millisecond for 10,000 farms.
    func source(of selection: ObjectSelection) -> JSONSource {
        let (withAddress, usingPolicy) = (names(selection.farmsWithAddress), names(selection.usersOfPolicy))
        var farms = farms.named(selection.farms)
        var addresses = addresses.named(selection.addresses)
        if !withAddress.isEmpty || !usingPolicy.isEmpty {
            let seen = Set(farms.map(\.name))
            farms += self.farms.filter { farm in
                guard !seen.contains(farm.name) else { return false }
                return !withAddress.isEmpty && farm.addresses.contains { withAddress.contains($0.name) }
                    || !usingPolicy.isEmpty && farm.policies.contains { usingPolicy.contains($0) }
            }
        }
        let referred = farms.flatMap { farm in farm.addresses.filter(\.isReference).map(\.name.text) }
        if !referred.isEmpty { addresses = self.addresses.named(selection.addresses + referred) }
        if !usingPolicy.isEmpty {
            let seen = Set(addresses.map(\.name))
            addresses += self.addresses.filter { address in
                !seen.contains(address.name) && address.policies.contains { usingPolicy.contains($0) }
            }
        }
        var members: [(key: String, source: JSONSource)] = [
            ("farms", .list(farms) { .value($0.document) }),
            ("policies", .list(policies.named(selection.policies)) { $0.source }),
            ("addresses", .list(addresses) { .value($0.document) }),
        ]
        let clusters = clusters.named(selection.clusters)
        if !clusters.isEmpty { members.append(("clusters", .list(clusters) { .value($0.document) })) }
        return .object(members)
    }

    private func names(_ texts: [String]) -> Set<Name> { Set(texts.compactMap { try? Name($0) }) }
}
