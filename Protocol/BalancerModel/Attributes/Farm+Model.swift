// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

extension Farm: ModelObject {
    static var kind: ObjectKind { .farm }
    var identifier: Name { name }

    init(identifier: Name) {
        self.init(name: identifier)
    }

    /// Most backends of one family that take connections in one farm: each needs a slot, and the largest count of slots
    /// is 4093 (`ruleset.md` 4.3). Others may be stored beside them, down or off.
    public static let maximumSelectableBackends = 4093

    /// The name of the address that `virtual-addr` and its like create: `<farm>-addr`, cut where a name must end.
    var firstAddressName: Name {
        var text = name.text
        while text.utf8.count + "-addr".utf8.count > Name.maximumLength { text.unicodeScalars.removeLast() }
        return Name(unchecked: text + "-addr")
    }

    var policyReferences: [PolicyReference] {
        get { policies.map { PolicyReference(name: $0) } }
        set { policies = newValue.map(\.name) }
    }

    mutating func finish(_ json: JSONObject) throws(Failure) {
        try finishAliases(json)
        try checkAddresses()
        try checkScheduler()
        try checkBackends()
        try checkSessions()
    }

    private mutating func finishAliases(_ json: JSONObject) throws(Failure) {
        let aliases = ["family": "family", "ip-addr": "virtual-addr", "ports": "virtual-ports", "protocol": "protocol"]
        guard let alias = json.keys.first(where: { aliases.values.contains($0) }), !addresses.isEmpty else { return }
        if json["addresses"] != nil {
            throw Failure(
                .invalid, at: [alias], "\(alias) stands beside addresses", hint: "give one or the other")
        }
        do {
            try addresses[0].finish(addressGiven: json["virtual-addr"] != nil, familyGiven: json["family"] != nil)
        } catch {
            throw Failure(error.kind, at: [aliases[error.key] ?? error.key], error.reason, hint: error.hint)
        }
    }

    /// Two addresses of one farm must not take the same connections.
    private func checkAddresses() throws(Failure) {
        guard addresses.count > 1 else { return }
        var claims: Set<Claim> = []
        for address in addresses {
            for claim in address.claims where !claims.insert(claim).inserted {
                throw Failure(
                    .invalid, at: ["addresses", address.name.text], "two addresses of the farm take \(claim)")
            }
        }
    }

    private func checkScheduler() throws(Failure) {
        guard hashFields.contains(where: { $0 != .srcip && $0 != .srcport }) else { return }
        throw Failure(
            .unsupported, at: ["sched-param"], "this version does not have \(Feature.hashFields.rawValue)")
    }

    private func checkBackends() throws(Failure) {
        guard backends.count > Farm.maximumSelectableBackends else { return }
        for family in AddressFamily.allCases {
            let count = backends.count { $0.state == .up && $0.address?.family == family }
            guard count > Farm.maximumSelectableBackends else { continue }
            throw Failure(
                .limit, at: ["backends"],
                "\(count) \(family.rawValue) backends are up, a farm uses at most \(Farm.maximumSelectableBackends)")
        }
    }

    private func checkSessions() throws(Failure) {
        for session in sessions where !backends.contains(where: { $0.name == session.backend }) {
            throw Failure(.invalid, at: ["sessions", session.client.text, "backend"], "the farm has no such backend")
        }
    }
}
