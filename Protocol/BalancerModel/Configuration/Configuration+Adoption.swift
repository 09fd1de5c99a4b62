// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension Configuration {
    /// Merges new objects that no draft has judged: what a store holds. It may have been written by another program or been
    /// damaged, so what a draft would never have let in together is refused, and then nothing is merged.
    public mutating func adopt(_ delta: ConfigurationDelta) throws(BalancerError) {
        do throws(Failure) {
            try check(delta)
        } catch {
            throw error.error
        }
        merge(delta)
    }

    private func check(_ delta: ConfigurationDelta) throws(Failure) {
        try Self.checkNames(delta.farms, farms)
        try Self.checkNames(delta.policies, policies)
        try Self.checkNames(delta.addresses, addresses)
        try Self.checkNames(delta.clusters, clusters)
        for cluster in delta.clusters { try cluster.after?.check() }
        for farm in delta.farms.lazy.compactMap(\.after) {
            var names: Set<Name> = []
            for backend in farm.backends where !names.insert(backend.name).inserted {
                throw Self.twice([Farm.collection, farm.name.text, Backend.collection, backend.name.text])
            }
        }
        var claims = DraftClaims(on: claims)
        try claims.apply(delta.farms)
        var guards = DraftClaims(on: guards)
        try guards.apply(delta.addresses)
        var marks = DraftMarks(on: marks)
        try marks.apply(delta.farms)
    }

    private static func checkNames<Value: NamedObject>(
        _ differences: [ObjectDifference<Value>], _ table: OrderedTable<Value>
    ) throws(Failure) {
        var names: Set<Name> = []
        for difference in differences where table.contains(difference.name) || !names.insert(difference.name).inserted {
            throw twice([Value.collection, difference.name.text])
        }
    }

    private static func twice(_ path: [String]) -> Failure {
        Failure(.invalid, at: path, "it is there twice")
    }
}
