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
    public static func firstAddressName(ofFarm name: Name) -> Name {
        var text = name.text
        while text.utf8.count + "-addr".utf8.count > Name.maximumLength { text.unicodeScalars.removeLast() }
        return Name(unchecked: text + "-addr")
    }

    var firstAddressName: Name { Farm.firstAddressName(ofFarm: name) }

    var policyReferences: [PolicyReference] {
        get { policies.map { PolicyReference(name: $0) } }
        set { policies = newValue.map(\.name) }
    }

    mutating func finish(_ json: JSONObject) throws(Failure) {
        try finishAliases(json)
        try checkBackends()
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
}
