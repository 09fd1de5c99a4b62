// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Namespaces
import Nftables
import NftablesKernel
import Testing

/// Clients are known again by each combination of fields there is, and by nothing else.
///
/// A backend that is `off` serves those it knows and nobody else, so who answers says whether the client was known.
@Suite("Persistence by every combination of fields", .enabled(if: NetworkNamespace.isAvailable), .serialized)
struct PersistenceFieldTests {
    static let seconds = 300

    @Test(
        "Known by these fields and no other; the keys are those that we compute (defect 8.1.9)",
        arguments: [false, true])
    func combinations(isIPv6: Bool) throws {
        let client = try FieldClient(isIPv6: isIPv6, backends: 2, values: 2)
        let balancer = try client.topology.balancer.inside { try TestBalancer() }
        let farms = Array(FieldClient.allCombinations.enumerated())
        let apply = { (states: [String]) in
            let documents = farms.map { number, fields in
                client.farm(
                    number, more: #""persist-ttl": \#(Self.seconds), "persistence": \#(FieldClient.list(fields)), "#,
                    states: states)
            }
            try client.topology.balancer.inside {
                try balancer.apply(#"{"farms": [\#(documents.joined(separator: ","))]}"#)
            }
        }
        try apply(["up", "down"])
        try client.begin(.none)
        for (number, _) in farms { #expect(try client.ask(farm: number, .none) == "b1") }

        try apply(["off", "up"])
        let variations = PacketField.allCases.map { FieldClient.Variation(field: $0, value: 1) }
        for variation in [.none] + variations + [.none] {
            try client.begin(variation)
            for (number, fields) in farms {
                let isKnown = variation.field.map { !fields.contains($0) } ?? true
                let answer = try client.ask(farm: number, variation)
                #expect(answer == (isKnown ? "b1" : "b2"), "\(fields) with another \(String(describing: variation))")
            }
            try client.end(variation)
        }

        try client.topology.balancer.inside {
            for (number, fields) in farms {
                let learnt = Learnt(balancer, fields, isIPv6, farm: try #require(try balancer.compiled("f\(number)")))
                for variation in [.none] + variations where variation.field.map(fields.contains) ?? true {
                    let key = try client.session(fields, variation, farm: number)
                    let mark = try learnt.mark(of: key)
                    #expect(mark == learnt.marks[variation == .none ? 0 : 1], "\(fields) \(variation)")
                }
            }
        }
    }
}

extension PersistenceFieldTests {
    @Test("Static sessions by these fields and no other; they fall over and come back", arguments: [false, true])
    func statics(isIPv6: Bool) throws {
        let client = try FieldClient(isIPv6: isIPv6, backends: 2, values: 2)
        let balancer = try client.topology.balancer.inside { try TestBalancer() }
        let farms = Array(FieldClient.allCombinations.enumerated())
        let apply = { (states: [String], backend: String?) in
            let documents = farms.map { number, fields in
                let key = fields.map { client.text($0, 0, farm: number) }.joined(separator: " . ")
                let sessions = backend.map { #"[{"client": "\#(key)", "backend": "\#($0)"}]"# } ?? "[]"
                return client.farm(
                    number, more: #""persistence": \#(FieldClient.list(fields)), "sessions": \#(sessions), "#,
                    states: states)
            }
            try client.topology.balancer.inside {
                try balancer.apply(#"{"farms": [\#(documents.joined(separator: ","))]}"#)
                for (wanted, present) in try balancer.elements() { #expect(present == wanted) }
            }
        }
        let everybody = { (expected: String, comment: Comment) in
            try client.begin(.none)
            for (number, fields) in farms {
                #expect(try client.ask(farm: number, .none) == expected, "\(comment): \(fields)")
            }
        }
        try apply(["up", "off"], "b2")
        for variation in PacketField.allCases.map({ FieldClient.Variation(field: $0, value: 1) }) {
            try client.begin(variation)
            for (number, fields) in farms {
                let isMeant = variation.field.map { !fields.contains($0) } ?? true
                let answer = try client.ask(farm: number, variation)
                #expect(answer == (isMeant ? "b2" : "b1"), "\(fields) with another \(variation)")
            }
            try client.end(variation)
        }
        try everybody("b2", "the configuration")
        try apply(["up", "down"], "b2")
        try everybody("b1", "its backend is down")
        try apply(["up", "off"], "b2")
        try everybody("b2", "its backend is back")
        try apply(["off", "up"], "b1")
        try everybody("b1", "another backend is said")
        try apply(["off", "up"], nil)
        try everybody("b1", "nothing is said any more: where it was last")
    }
}

/// The learnt sessions of a farm in the kernel, found by keys that are computed here.
private struct Learnt {
    let balancer: TestBalancer
    let fields: SessionFields
    let family: TableFamily
    let farm: CompiledFarm

    /// The marks of its backends in their order.
    var marks: [UInt32] { farm[family]?.backends.map(\.mark) ?? [] }

    init(_ balancer: TestBalancer, _ fields: [PacketField], _ isIPv6: Bool, farm: CompiledFarm) {
        self.balancer = balancer
        self.fields = SessionFields(fields)
        family = isIPv6 ? .ip6 : .ip
        self.farm = farm
    }

    /// Whom a client goes to; nil: it is not known.
    func mark(of session: SessionKey) throws -> UInt32? {
        let set = fields.learnt(in: family)
        var keys = set.list(in: family, withData: false)
        keys.append(key: fields.learntKey(farm: farm.number, session.components.map(\.value), in: family))
        let found = try balancer.kernel.lookup(keys, dataLength: set.dataLength)
        return found.isEmpty ? nil : ElementBytes.number(found.data(at: 0))
    }
}
