// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import Testing

/// One row of the tables, with the document that gives a value to it.
struct Row: Sendable, CustomTestStringConvertible {
    let kind: ObjectKind
    let attribute: AttributeDescription

    var testDescription: String { "\(kind.rawValue) \(attribute.key)" }

    static let all = ObjectKind.allCases.flatMap { kind in kind.attributes.map { Row(kind: kind, attribute: $0) } }
    static let settable = all.filter { !$0.attribute.isIdentifier }

    /// What static sessions can go to.
    private static let backends: JSONValue = [
        ["name": "b", "ip-addr": "192.0.2.1"], ["name": "other", "ip-addr": "192.0.2.2"],
    ]

    /// The smallest document with an object of the kind and one value for the attribute.
    func document(_ value: JSONValue) -> JSONValue {
        var members: JSONObject
        switch kind {
        case .farm, .farmAddress, .policyReference, .policy, .address: members = ["name": "x"]
        case .backend: members = ["name": "x", "ip-addr": "192.0.2.1"]
        case .session: members = ["client": "x", "backend": "b"]
        case .element: members = ["data": "192.0.2.1"]
        case .cluster: members = ["name": "x", "node": "n", "nodes": [["name": "n"], ["name": "other"]]]
        case .clusterNode: members = ["name": "x"]
        case .sharedAddress: members = ["ip-addr": "192.0.2.1"]
        }
        if testDescription == "farm sessions" { members["backends"] = Self.backends }
        members[attribute.key] = value
        let list: JSONValue = [.object(members)]
        switch kind {
        case .farm where attribute.key == "policies": return ["policies": [["name": "y"]], "farms": list]
        case .address where attribute.key == "policies": return ["policies": [["name": "y"]], "addresses": list]
        case .farm: return ["farms": list]
        case .farmAddress: return ["farms": [["name": "f", "addresses": list]]]
        case .backend: return ["farms": [["name": "f", "backends": list]]]
        case .session: return ["farms": [["name": "f", "backends": Self.backends, "sessions": list]]]
        case .policyReference: return ["policies": [["name": "x"]], "farms": [["name": "f", "policies": list]]]
        case .policy: return ["policies": list]
        case .element: return ["policies": [["name": "f", "elements": list]]]
        case .address: return ["addresses": list]
        case .cluster: return ["clusters": list]
        case .clusterNode: return ["clusters": [["name": "c", "node": "x", "nodes": list]]]
        case .sharedAddress:
            return ["clusters": [["name": "c", "node": "n", "nodes": [["name": "n"]], "addresses": list]]]
        }
    }

    /// The configuration of that document without the attribute.
    var bare: Configuration {
        get throws {
            switch kind {
            case .farm where testDescription == "farm sessions":
                try Configuration(json: ["farms": [["name": "x", "backends": Self.backends]]])
            case .farm where attribute.key == "policies":
                try Configuration(json: ["policies": [["name": "y"]], "farms": [["name": "x"]]])
            case .address where attribute.key == "policies":
                try Configuration(json: ["policies": [["name": "y"]], "addresses": [["name": "x"]]])
            case .policy: try Configuration(json: ["policies": [["name": "x"]]])
            case .element:
                try Configuration(json: ["policies": [["name": "f", "elements": [["data": "192.0.2.1"]]]]])
            case .policyReference:
                try Configuration(json: [
                    "policies": [["name": "x"]], "farms": [["name": "f", "policies": [["name": "x"]]]],
                ])
            case .farm: try Configuration(json: ["farms": [["name": "x"]]])
            case .farmAddress: try Configuration(json: ["farms": [["name": "f", "addresses": [["name": "x"]]]]])
            case .session:
                try Configuration(json: [
                    "farms": [
                        ["name": "f", "backends": Self.backends, "sessions": [["client": "x", "backend": "b"]]]
                    ]
                ])
            case .address: try Configuration(json: ["addresses": [["name": "x"]]])
            case .cluster:
                try Configuration(json: [
                    "clusters": [["name": "x", "node": "n", "nodes": [["name": "n"], ["name": "other"]]]]
                ])
            case .clusterNode:
                try Configuration(json: ["clusters": [["name": "c", "node": "x", "nodes": [["name": "x"]]]]])
            default:
                try Configuration(json: [
                    "farms": [["name": "f", "backends": [["name": "x", "ip-addr": "192.0.2.1"]]]]
                ])
            }
        }
    }

    /// The path of the attribute in that document.
    var path: String {
        switch kind {
        case .farm: "/farms/x/\(attribute.key)"
        case .farmAddress: "/farms/f/addresses/x/\(attribute.key)"
        case .backend: "/farms/f/backends/x/\(attribute.key)"
        case .session: "/farms/f/sessions/x/\(attribute.key)"
        case .policyReference: "/farms/f/policies/x/\(attribute.key)"
        case .policy: "/policies/x/\(attribute.key)"
        case .element: "/policies/f/elements/192.0.2.1/\(attribute.key)"
        case .address: "/addresses/x/\(attribute.key)"
        case .cluster: "/clusters/x/\(attribute.key)"
        case .clusterNode: "/clusters/c/nodes/x/\(attribute.key)"
        case .sharedAddress: "/clusters/c/addresses/192.0.2.1/\(attribute.key)"
        }
    }

    /// Values of every type but that of the attribute.
    var wrongTypes: [JSONValue] {
        let values: [JSONValue] = [nil, true, 7, "~wrong~", [true], [:]]
        return values.filter { value in
            switch (attribute.type, value) {
            case (.number, .number), (.port, .number), (.port, .null), (.boolean, .bool): false
            case (.words, .array), (.ports, .array), (.objects, .array): true
            case (.text, .string), (.logPrefix, .string), (.sessionKey, .string), (.name, .string): false
            // Fifteen bytes without slash or colon are an interface's name.
            case (.interface, .string): false
            default: true
            }
        }
    }

    /// A value that is right and is not the default.
    var otherValue: JSONValue {
        switch attribute.type {
        case .number(let range): attribute.defaultValue == .integer(range.upperBound) ? 1 : .integer(range.upperBound)
        case .port: 8080
        case .boolean: .bool(attribute.defaultValue != .bool(true))
        case .name: "other"
        case .address: "192.0.2.7"
        case .rate: "5/minute"
        case .logPrefix, .text: "other"
        case .hardwareAddress: "02:00:5e:10:00:01"
        case .interface: "eth0"
        case .sessionKey: "192.0.2.8"
        case .addressRange: "192.0.2.0/24"
        case .word(let choices):
            .string(choices.map(\.word).first { attribute.defaultValue != .string($0) } ?? "")
        case .words(let choices): [.string(choices[0].word)]
        case .ports: [80]
        case .objects(.backend): [["name": "y", "ip-addr": "192.0.2.9"]]
        case .objects(.session): [["client": "y", "backend": "b"]]
        case .objects(.element): [["data": "192.0.2.9"]]
        case .objects(.clusterNode): [["name": "n"], ["name": "y"]]
        case .objects(.sharedAddress): [["ip-addr": "192.0.2.9"]]
        case .objects: [["name": "y"]]
        }
    }
}

@Suite("Attributes")
struct AttributeTests {
    @Test("Keys are unique, help is a sentence, every row has a role", arguments: ObjectKind.allCases)
    func rows(kind: ObjectKind) {
        let keys = kind.attributes.map(\.key)
        #expect(Set(keys).count == keys.count)
        #expect(kind.attributes.count(where: \.isIdentifier) == 1)
        #expect(kind.attributes[0].isIdentifier)
        for attribute in kind.attributes {
            #expect(attribute.help.hasSuffix("."), "\(attribute.key)")
            #expect((attribute.defaultValue == nil) == attribute.isIdentifier, "\(attribute.key)")
            let operators = ["state", "weight", "drain-until"]
            #expect((attribute.role == .operator) == operators.contains(attribute.key), "\(attribute.key)")
        }
    }

    @Test("The reference's attributes all have their row, and ours")
    func complete() {
        let farm = """
            name newname fqdn family virtual-addr virtual-ports protocol iface oface ether-addr iether-addr oether-addr
            source-addr mode responsettl scheduler sched-param persistence persist-ttl helper log log-prefix log-rtlimit mark
            priority limits-ttl new-rtlimit new-rtlimit-burst new-rtlimit-log-prefix rst-rtlimit rst-rtlimit-burst
            rst-rtlimit-log-prefix est-connlimit est-connlimit-log-prefix tcp-strict tcp-strict-log-prefix queue verdict
            flow-offload intra-connect counters established-flows state action used addresses backends policies sessions
            """
        let backend = """
            name newname fqdn ip-addr ether-addr port source-addr weight priority mark est-connlimit
            est-connlimit-log-prefix drain-until state action
            """
        let address =
            "name family ip-addr ports protocol iface iether-addr ether-addr verdict log-prefix log-rtlimit policies used action"
        let policy = "name type family timeout route log-prefix used elements action"
        for (kind, keys) in [(ObjectKind.farm, farm), (.backend, backend), (.address, address), (.policy, policy)] {
            let keys = keys.split(whereSeparator: \.isWhitespace).map(String.init)
            #expect(Set(kind.attributes.map(\.key)) == Set(keys))
        }
    }

    @Test("A default may be given, and is not printed", arguments: Row.settable)
    func defaults(row: Row) throws {
        let value = try #require(row.attribute.defaultValue)
        let document = row.document(value)
        // These must not be empty.
        let needed = ["session backend", "backend ip-addr", "cluster node", "cluster nodes"]
        if needed.contains(row.testDescription) { return }
        #expect(try Configuration(json: document) == row.bare)
    }

    @Test("A value of another type is invalid, and the path says where", arguments: Row.settable)
    func types(row: Row) throws {
        for value in row.wrongTypes {
            let error = try #require(throws: BalancerError.self) { try Configuration(json: row.document(value)) }
            #expect(error.kind == .invalid, "\(text(value)): \(error)")
            let inside = if case .objects = row.attribute.type { row.path + "/0" } else { row.path }
            #expect([row.path, inside].contains(error.path?.description), "\(text(value)): \(error)")
            #expect(!error.reason.isEmpty)
        }
    }

    @Test("A number out of range is invalid, and the path says where", arguments: Row.settable)
    func ranges(row: Row) throws {
        guard case .number(let range) = row.attribute.type else { return }
        for number in [range.lowerBound - 1, range.upperBound + 1] {
            let error = try #require(throws: BalancerError.self) {
                try Configuration(json: row.document(.integer(number)))
            }
            #expect(error.kind == .invalid)
            #expect(error.path?.description == row.path)
        }
    }

    @Test("Another value works, or is refused with its place: never silence", arguments: Row.settable)
    func otherValues(row: Row) throws {
        let document = row.document(row.otherValue)
        switch row.attribute.availability {
        case .later(let feature):
            let error = try #require(throws: BalancerError.self) { try Configuration(json: document) }
            #expect(error.kind == .unsupported, "\(error)")
            #expect(error.reason.contains(feature.rawValue), "\(error)")
            #expect(error.path?.description == row.path, "\(error)")
        case .readOnly, .order:
            let error = try #require(throws: BalancerError.self) { try Configuration(json: document) }
            #expect(error.kind == .invalid, "\(error)")
            #expect(error.path?.description == row.path, "\(error)")
        case .now, .alias, .identifier:
            switch Result(catching: { () throws(BalancerError) in try Configuration(json: document) }) {
            case .success(let changed):
                #expect(try changed != row.bare, "it does something")
                #expect(try Configuration(json: changed.json()) == changed)
            case .failure(let error):
                // Objects, words and services that this version does not have at all.
                #expect(error.kind == .unsupported, "\(error)")
            }
        }
    }

    @Test("Words that come later are refused, the others work", arguments: Row.settable)
    func words(row: Row) throws {
        guard case .word(let choices) = row.attribute.type else { return }
        for choice in choices {
            let document = row.document(.string(choice.word))
            if let later = choice.later {
                let error = try #require(throws: BalancerError.self) { try Configuration(json: document) }
                #expect(error.kind == .unsupported)
                #expect(error.path?.description == row.path)
                #expect(error.reason.contains(later.rawValue))
            } else if row.attribute.availability == .now {
                _ = try Configuration(json: document)
            }
        }
    }

    @Test("Schemas, summaries and completions come from the rows", arguments: Row.all)
    func schemas(row: Row) {
        #expect(row.attribute.schema.object?["description"] == .string(row.attribute.help))
        #expect(!row.attribute.type.summary.isEmpty)
        if case .word(let choices) = row.attribute.type {
            #expect(row.attribute.type.completions == choices.map(\.word))
        }
    }

    @Test(
        "Words of a command line become values",
        arguments: [
            (ObjectKind.backend, "weight", "5", "5"), (.backend, "port", "", "null"),
            (.farm, "intra-connect", "on", "true"),
            (.farm, "sched-param", "srcip,srcport", #"["srcip","srcport"]"#), (.farm, "sched-param", "none", "[]"),
            (.farm, "virtual-ports", "80,8080-8090", #"[80,"8080-8090"]"#), (.farm, "mode", "dnat", #""dnat""#),
        ])
    func arguments(kind: ObjectKind, key: String, argument: String, value: String) throws {
        let attribute = try #require(kind.attributes.first { $0.key == key })
        #expect(text(try attribute.type.value(fromArgument: argument)) == value)
    }
}
