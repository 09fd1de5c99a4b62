// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// An object that policies guard.
protocol Guarded: NamedObject {
    var policies: [Name] { get set }
}

extension Farm: Guarded {}
extension Address: Guarded {}

extension Configuration {
    /// Most policies: each has sets of its own in the kernel.
    public static let maximumPolicies = 4_096

    /// Most elements of all policies together.
    public static let maximumElements = 4_194_304

    /// Most policies of one farm or address: each costs its packets two lookups.
    public static let maximumPoliciesOfOne = 64
}

// Who is guarded names policies that are there.
extension Draft {
    /// Looks whether all policies that objects of the request name are there, and whether what the request deletes is still
    /// named.
    func checkPolicies(_ delta: ConfigurationDelta) throws(Failure) {
        try checkReferences(delta.farms)
        try checkReferences(delta.addresses)
        // A name may have passed to another policy.
        let gone = delta.policies.compactMap { $0.after == nil ? $0.before?.name : nil }.filter { policies[$0] == nil }
        guard !gone.isEmpty else { return }
        var users: [Name: [String]] = [:]
        for name in gone { users[name] = [] }
        note(farms, "the farm", in: &users)
        note(addresses, "the address", in: &users)
        for (name, users) in users.sorted(by: { $0.key < $1.key }) where !users.isEmpty {
            let more = users.count > 3 ? " and \(users.count - 3) more" : ""
            throw Failure(
                .invalid, at: [Policy.collection, name.text],
                "the policy guards \(users.prefix(3).joined(separator: ", "))\(more)",
                hint: "take it from there in the same change")
        }
    }

    private func checkReferences<Value: Guarded>(_ differences: [ObjectDifference<Value>]) throws(Failure) {
        for difference in differences {
            guard let after = difference.after, !after.policies.isEmpty else { continue }
            let path = [Value.collection, after.name.text, Policy.collection]
            guard after.policies.count <= Configuration.maximumPoliciesOfOne else {
                throw Failure(
                    .limit, at: path, "at most \(Configuration.maximumPoliciesOfOne) policies guard one object")
            }
            for name in after.policies where policies[name] == nil {
                throw Failure(.invalid, at: path + [name.text], "there is no policy \"\(name)\"")
            }
        }
    }

    private func note<Value: Guarded>(_ table: DraftTable<Value>, _ noun: String, in users: inout [Name: [String]]) {
        for name in table.names {
            for policy in table[name]?.policies ?? [] where users[policy] != nil {
                users[policy]?.append("\(noun) \"\(name)\"")
            }
        }
    }

    /// Who is guarded by a policy follows its new name.
    mutating func renamePolicy(_ name: Name, to newName: Name) {
        Self.rename(name, to: newName, in: &farms)
        Self.rename(name, to: newName, in: &addresses)
    }

    private static func rename<Value: Guarded>(_ name: Name, to newName: Name, in table: inout DraftTable<Value>) {
        for user in table.names {
            guard var object = table[user], let place = object.policies.firstIndex(of: name) else { continue }
            object.policies[place] = newName
            table.set(object, for: user)
        }
    }

    func checkedPolicyCounts(
        _ differences: [ObjectDifference<Policy>]
    ) throws(Failure) -> (policies: Int, elements: Int) {
        var (policies, elements) = (policyCount, elementCount)
        for difference in differences {
            policies += (difference.after == nil ? 0 : 1) - (difference.before == nil ? 0 : 1)
            elements += (difference.after?.elements.count ?? 0) - (difference.before?.elements.count ?? 0)
        }
        if policies > policyCount, policies > Configuration.maximumPolicies {
            throw Failure(
                .limit, at: [Policy.collection], "there is room for \(Configuration.maximumPolicies) policies")
        }
        if elements > elementCount, elements > Configuration.maximumElements {
            throw Failure(
                .limit, at: [Policy.collection],
                "there is room for \(Configuration.maximumElements) elements of all policies together")
        }
        return (policies, elements)
    }
}
