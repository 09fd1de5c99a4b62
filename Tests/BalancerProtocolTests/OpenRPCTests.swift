// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import JSON
import Testing

@Suite("The OpenRPC document")
struct OpenRPCTests {
    let document = RPCDiscover.document

    @Test("It describes every method that there is, with its parameters in their order")
    func methods() throws {
        let methods = try #require(document["methods"]?.array).compactMap(\.object)
        #expect(document["openrpc"]?.string?.hasPrefix("1.3") == true)
        #expect(methods.map { $0["name"]?.string } == MethodCatalog.all.map { $0.name })
        for (described, method) in zip(methods, MethodCatalog.all) {
            let parameters = described["params"]?.array?.compactMap { $0.object?["name"]?.string }
            #expect(parameters == method.parameterDescriptions.map(\.name))
            #expect(described["x-role"]?.string == "\(method.role)")
            #expect(described["result"]?.object?["schema"]?.object?.isEmpty == false)
            for example in described["examples"]?.array ?? [] {
                #expect(example.object?["name"]?.string?.isEmpty == false && example.object?["params"]?.array != nil)
            }
        }
    }

    @Test("Every attribute of every object is in it, with help and role")
    func attributes() throws {
        let schemas = try #require(document["components"]?.object?["schemas"]?.object)
        for (name, kind) in [("Farm", ObjectKind.farm), ("Policy", .policy), ("Address", .address)] {
            let properties = try #require(schemas[name]?.object?["properties"]?.object)
            #expect(properties.keys == kind.attributes.map(\.key))
            for attribute in kind.attributes {
                let property = try #require(properties[attribute.key]?.object)
                #expect(property["description"]?.string == attribute.help && property["x-role"] != nil)
                #expect(property["default"] == attribute.defaultValue)
            }
        }
        let backends = schemas["Farm"]?.object?["properties"]?.object?["backends"]?.object?["items"]?.object
        let weight = try #require(backends?["properties"]?.object?["weight"]?.object)
        #expect(weight["minimum"] == 1 && weight["maximum"] == 1_000_000 && weight["x-role"] == "operator")
    }

    @Test("What notifications carry is in it, each field with its meaning")
    func events() throws {
        let schemas = try #require(document["components"]?.object?["schemas"]?.object)
        let properties = try #require(schemas["Event"]?.object?["properties"]?.object)
        #expect(properties.keys == WatchedEvent.fields.map(\.name))
        #expect(properties.allSatisfy { $0.value.object?["description"]?.string?.isEmpty == false })
        let words = properties["event"]?.object?["enum"]?.array?.compactMap(\.string) ?? []
        #expect(words == EventKind.allCases.map(\.rawValue))
    }

    @Test("Every reference in it leads somewhere")
    func references() throws {
        let schemas = try #require(document["components"]?.object?["schemas"]?.object)
        var found = 0
        func look(_ value: JSONValue) {
            switch value {
            case .object(let object):
                if let reference = object["$ref"]?.string {
                    found += 1
                    #expect(schemas[String(reference.dropFirst("#/components/schemas/".count))] != nil, "\(reference)")
                }
                for (_, member) in object { look(member) }
            case .array(let members): for member in members { look(member) }
            case .null, .bool, .number, .string: break
            }
        }
        look(.object(document))
        #expect(found >= 6)
    }

    @Test("It fits into a reply, and is read as it was written")
    func size() throws {
        let bytes = JSONValue.object(document).serialized()
        #expect(bytes.count < 1 << 20)
        #expect(try JSONValue(parsing: bytes) == .object(document))
    }
}
