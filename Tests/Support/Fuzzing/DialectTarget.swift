// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import LegacyDialect

enum DialectTarget {
    static let words =
        [
            "{", "}", "[", "]", "\"", ":", ",", "\\u0000", "null", "-1", "99999999999999999999", "\"newname\"",
            "\"action\"", "\"delete\"", "\"UNDEFINED\"", "\"0x\"", "\"80-\"", "{\"name\":\"lb01\"}", "\"config_error\"",
        ] + ObjectKind.allCases.flatMap(\.attributes).map { "\"\($0.key)\"" }

    static func check(_ input: [UInt8]) throws(Finding) {
        try file(input)
        try body(input)
    }

    /// As a file of `--configuration`: what is understood is a document of the native dialect.
    private static func file(_ input: [UInt8]) throws(Finding) {
        guard let imported = try? Dialect.read(input) else { return }
        guard let again = try? JSONValue(parsing: JSONValue.object(imported.document).serialized()),
            again == .object(imported.document)
        else { throw Finding("the native document is no JSON") }
        var draft = Draft(on: Configuration())
        guard (try? draft.apply(imported.changes)) != nil else { return }
        var configuration = Configuration()
        configuration.merge(draft.delta)
        guard (try? Configuration(json: configuration.json())) != nil else {
            throw Finding("what is declared is refused: \(configuration.json())")
        }
    }

    /// As a body for the bridge: what is taken prints to what is taken again, as the same.
    private static func body(_ input: [UInt8]) throws(Finding) {
        var declared = Configuration()
        guard post(input, to: &declared) else { return }
        // `config_error`, posted back, is `up` (the C program's word), so these cannot be the same again.
        guard !declared.farms.contains(where: { $0.backends.contains { $0.state == .incomplete } }) else { return }
        var again = Configuration()
        let printed = print(declared)
        for document in printed where !post(document, to: &again) {
            throw Finding("what is printed is refused: \(String(decoding: document, as: UTF8.self))")
        }
        guard print(again) == printed else { throw Finding("what is printed is another configuration") }
    }

    private static func post(_ body: [UInt8], to configuration: inout Configuration) -> Bool {
        guard let request = try? LegacyRequest(body: body) else { return false }
        let knowledge = Knowledge(
            farms: Array(configuration.farms), addresses: Array(configuration.addresses),
            lookups: request.lookupsAfterRefusal)
        var draft = Draft(on: configuration)
        guard let changes = try? request.changes(knowing: knowledge), (try? draft.apply(changes)) != nil else {
            return false
        }
        configuration.merge(draft.delta)
        return true
    }

    private static func print(_ configuration: Configuration) -> [[UInt8]] {
        let addresses = Dictionary(
            configuration.addresses.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let farms = configuration.farms.map { farm in
            var farm = farm
            farm.resolveAddresses { addresses[$0] }
            return PrintedFarm(farm)
        }
        return [
            LegacyPrinter.policies(configuration.policies.map { PrintedPolicy($0) }),
            LegacyPrinter.addresses(configuration.addresses.map { PrintedAddress($0) }), LegacyPrinter.farms(farms),
        ]
    }
}
