// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

// What only the whole of a request shows.
extension Draft {
    /// Looks at what only the whole of a request shows, and makes it stay.
    mutating func finish() throws(Failure) {
        resolveAddresses()
        setDeadlines()
        let delta = ConfigurationDelta(
            farms: farms.requestDifferences, policies: policies.requestDifferences,
            addresses: addresses.requestDifferences, clusters: clusters.requestDifferences)
        for difference in delta.farms { try difference.check() }
        let counts = try checkedCounts(delta.farms)
        let policyCounts = try checkedPolicyCounts(delta.policies)
        try checkPolicies(delta)
        try checkClusters(delta)
        try claims.apply(delta.farms)
        try guards.apply(delta.addresses)
        try marks.apply(delta.farms)
        references.apply(delta.farms)
        try checkDeletedAddresses()
        (farmCount, backendCount) = counts
        (policyCount, elementCount) = policyCounts
        requestDelta = delta
    }

    /// Farms that were touched, and those that refer to an address that was, take what the addresses are like now.
    private mutating func resolveAddresses() {
        for farm in farms.touched { resolve(farm) }
        for difference in addresses.requestDifferences {
            for name in [difference.before?.name, difference.after?.name].compactMap({ $0 }) {
                for user in references.farms(of: name) {
                    if let farm = farms[user] { resolve(farm) }
                }
            }
        }
    }

    private mutating func resolve(_ farm: Farm) {
        guard !farm.referredAddresses.isEmpty else { return }
        var resolved = farm
        resolved.resolveAddresses { addresses[$0] }
        if resolved != farm { farms.set(resolved, for: farm.name) }
    }

    /// An address that farms refer to is not deleted from under them; a document that replaces all says itself what it means.
    private func checkDeletedAddresses() throws(Failure) {
        for name in deletedAddresses where addresses[name] == nil {
            let users = references.farms(of: name).sorted()
            guard !users.isEmpty else { continue }
            let named = users.prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
            let more = users.count > 3 ? " and \(users.count - 3) more" : ""
            throw Failure(
                .invalid, at: [Address.collection, name.text], "farms have this address: \(named)\(more)",
                hint: "delete it from these farms in the same change")
        }
    }

    private func checkedCounts(_ differences: [ObjectDifference<Farm>]) throws(Failure) -> (Int, Int) {
        var (farms, backends) = (farmCount, backendCount)
        for difference in differences {
            farms += (difference.after == nil ? 0 : 1) - (difference.before == nil ? 0 : 1)
            backends += (difference.after?.backends.count ?? 0) - (difference.before?.backends.count ?? 0)
        }
        if farms > farmCount, farms > Configuration.maximumFarms {
            throw Failure(.limit, at: [Farm.collection], "there is room for \(Configuration.maximumFarms) farms")
        }
        if backends > backendCount, backends > Configuration.maximumBackends {
            throw Failure(.limit, at: [Farm.collection], "there is room for \(Configuration.maximumBackends) backends")
        }
        return (farms, backends)
    }
}
