// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import JSON
import Testing

@Suite("Methods")
struct MethodTests {
    static func text(_ json: JSONValue) -> String { String(decoding: json.serialized(), as: UTF8.self) }
    static func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    @Test("The catalogue is sorted, every method is noun.verb, explained and exampled")
    func catalogue() {
        let names = MethodCatalog.all.map { $0.name }
        #expect(names == names.sorted() && Set(names).count == names.count)
        for method in MethodCatalog.all {
            #expect(method.name.split(separator: ".").count == 2)
            #expect(method.declaration.summary.hasSuffix("."))
            #expect(method.examples.isEmpty == false)
            #expect(MethodCatalog.method(named: method.name) == method)
            for parameter in method.parameterDescriptions { #expect(parameter.summary.hasSuffix(".")) }
        }
        #expect(MethodCatalog.method(named: "no.such") == nil)
    }

    /// Decodes and encodes the examples of one method.
    static func check<Method: RPCMethod>(_ method: Method.Type) throws {
        for example in method.examples {
            let parameters = try example.parameters.map { try json($0) }
            let requested = parameters?.object.map { RequestParameters.named($0) } ?? .none
            let sample = Comment(rawValue: "\(method.name): \(example.name)")
            switch example.answer {
            case .result(let result), .resultLike(let result):
                let decoded = try method.decode(requested)
                #expect(method.request(id: nil, decoded).parameters == requested, sample)
                #expect(text(.object(decoded.object)) == example.parameters ?? "{}", sample)
                #expect(text(try method.decode(result: json(result)).field) == result, sample)
            case .error(let error):
                let decoded = try #require(RPCError(json: json(error)), sample)
                #expect(text(decoded.json) == error, sample)
                if decoded.code == RPCError.StandardCode.invalidParameters {
                    #expect(throws: decoded, sample) { try method.decode(requested) }
                } else {
                    #expect(text(.object(try method.decode(requested).object)) == example.parameters ?? "{}", sample)
                }
            }
        }
    }

    @Test("Every example is encoded to the bytes that it was decoded from", arguments: MethodCatalog.all.indices)
    func examples(index: Int) throws {
        try Self.check(MethodCatalog.all[index])
    }

    @Test("A parameter that is unknown, missing or of a wrong type is refused by name, everywhere")
    func refusals() throws {
        for method in MethodCatalog.all {
            // What must be there is: the parameters of an example.
            let needed = method.parameterDescriptions.filter(\.isRequired).map(\.name)
            var complete = JSONObject()
            for (key, value) in try Self.json(method.examples.first?.parameters ?? "{}").object ?? [:]
            where needed.contains(key) {
                complete.append(key, value)
            }
            var stranger = complete
            stranger.append("no such", 1)
            try Self.refuses(method, stranger, "'no such': unknown")
            for parameter in method.parameterDescriptions {
                var wrong = complete
                wrong[parameter.name] = .null
                try Self.refuses(method, wrong, "'\(parameter.name)': not ")
            }
            for name in needed {
                var incomplete = complete
                incomplete[name] = nil
                try Self.refuses(method, incomplete, "'\(name)': missing")
            }
        }
    }

    static func refuses<Method: RPCMethod>(_ method: Method.Type, _ object: JSONObject, _ part: String) throws {
        let error = #expect(throws: RPCError.self) { try method.decode(.named(object)) }
        #expect(error?.code == -32602 && error?.message.contains(part) == true, "\(String(describing: error))")
        #expect(error?.kind == .invalid)
    }

    @Test("By position, null leaves an optional parameter out")
    func positional() throws {
        let page = try ConfigurationGet.decode(.positional([.null, "3.farms.7"]))
        #expect(page.limit == nil && page.cursor == PageCursor(revision: 3, position: 7))
        #expect(try ConfigurationGet.decode(.positional([5])).limit == PageLimit(5))
        #expect(try ConfigurationGet.decode(.positional([])) == .init())
        #expect(throws: RPCError.self) { try ConfigurationGet.decode(.positional([1, .null, 1])) }
    }

    @Test("A request has 20,000 changes at most")
    func changes() throws {
        func decoded(_ count: Int) throws(RPCError) -> Int? {
            let changes = JSONValue.array(Array(repeating: ["delete": "/farms/a"], count: count))
            return try ConfigurationApply.decode(.named(["changes": changes])).changes?.count
        }
        #expect(try decoded(20_000) == 20_000)
        #expect(throws: RPCError.self) { try decoded(20_001) }
        do { _ = try decoded(20_001) } catch {
            #expect(error.message.contains("'changes': more than 20000 elements"), "\(error.message)")
        }
    }

    @Test("A page has 1 to 100,000 objects, a cursor is one that was given out")
    func paging() {
        for limit: JSONValue in [0, -1, 100_001, "5", true] {
            #expect(throws: RPCError.self) { try StatusGet.decode(.named(["limit": limit])) }
        }
        for cursor in ["", "1", "1.farms", "1.farms.", "x.farms.1", "1.rules.1", "1.farms.1.1", "-1.farms.1"] {
            #expect(throws: RPCError.self) { try StatusGet.decode(.named(["cursor": .string(cursor)])) }
        }
        let cursor = PageCursor(revision: 3, section: .policies, position: 12)
        #expect(cursor.description == "3.policies.12")
        #expect(throws: Never.self) { try cursor.check(revision: 3) }
        let error = #expect(throws: BalancerError.self) { try cursor.check(revision: 4) }
        #expect(error?.kind == .conflict)
    }

    @Test("A reply of a newer server is read: what it says besides is ignored, what it lacks is named")
    func newer() throws {
        let farm = #"{"name":"web","state":"up","operational":"up","reason":"","backends":[],"score":1}"#
        let reply = try Self.json(#"{"revision":1,"state":"ready","farms":[\#(farm)],"weather":"fine"}"#)
        #expect(try StatusGet.decode(result: reply).farms.map(\.name) == ["web"])
        let error = #expect(throws: FieldFailure.self) {
            let reply = #"{"revision":1,"state":"ready","farms":[\#(farm),{"name":"x","state":1}]}"#
            return try StatusGet.decode(result: Self.json(reply))
        }
        #expect(error?.description == "'farms[1].state': not a string")
    }
}
