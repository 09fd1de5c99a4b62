// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import EngineSupport
import JSON
import Nftables
import Testing

/// Documents that tests apply.
enum Sample {
    static func name(_ text: String) -> Name { try! Name(text) }

    static func farm(_ name: String, backends: Int, address: String = "192.0.2.1") -> JSONValue {
        ["farms": [farmObject(name, backends: backends, address: address)]]
    }

    static func farmObject(_ name: String, backends: Int, address: String) -> JSONValue {
        [
            "name": .string(name),
            "addresses": [["name": .string(name), "ip-addr": .string(address), "ports": [80]]],
            "backends": .array(
                (0..<backends).map {
                    ["name": .string("b\($0)"), "ip-addr": .string("10.1.\($0 / 250).\($0 % 250 + 1)"), "port": 8080]
                }),
        ]
    }

    static func weight(_ farm: String, _ backend: String, _ weight: Int) -> JSONObject {
        ["farms": [["name": .string(farm), "backends": [["name": .string(backend), "weight": .integer(weight)]]]]]
    }

    static func backend(_ farm: String, _ backend: String, _ address: String) -> JSONObject {
        [
            "farms": [
                [
                    "name": .string(farm),
                    "backends": [["name": .string(backend), "ip-addr": .string(address), "port": 8080]],
                ]
            ]
        ]
    }

    static let ordinaryChanges: [JSONValue] = [
        ["farms": [["name": "web", "backends": [["name": "b0", "state": "down"]]]]],
        ["farms": [["name": "web", "backends": [["name": "b0", "state": "off"]]]]],
        .object(weight("web", "b1", 2)),
        .object(backend("web", "b3", "10.1.0.9")),
        ["farms": [["name": "web", "state": "down"]]],
        farm("shop", backends: 3, address: "192.0.2.2"),
        ["farms": [["name": "web", "addresses": [["name": "second", "ip-addr": "192.0.2.3", "ports": [80, 443]]]]]],
        ["farms": [["name": "web", "mode": "dnat"]]],
    ]
}

extension FakeKernel {
    /// The elements of a map of the table `ip nftlb`.
    func elements(_ name: String) -> ElementList? { ruleset.elements(of: SetReference(family: .ip, name: name)) }
}

extension Result {
    var isSuccess: Bool { if case .success = self { true } else { false } }
}

extension EngineBench {
    /// Lets what is out of reach be swept.
    func settle() {
        scheduler.advance(milliseconds: 100)
        scheduler.run()
    }

    /// The engine's law: a restart finds nothing to do, and a kernel that is made from the store alone holds the same.
    func expectConsistent(sourceLocation: SourceLocation = #_sourceLocation) {
        settle()
        let again = restarted()
        #expect(
            again.kernel.generationNumber == 1, "a start on an unchanged kernel wrote", sourceLocation: sourceLocation)
        #expect(again.engine.state == .ready, sourceLocation: sourceLocation)
        #expect(again.engine.configuration == engine.configuration, sourceLocation: sourceLocation)
        expectSameElements(again, sourceLocation: sourceLocation)
    }

    /// What the kernel holds is what the store says: as if it were made from nothing.
    func expectSameElements(_ other: EngineBench, sourceLocation: SourceLocation = #_sourceLocation) {
        let fresh = EngineBench(kernel: Ruleset(), store: other.store.durable, network: other.network)
        for family in other.kernel.ruleset.tables.keys {
            for set in [
                "services", "usable", "to-port", "to-addr", "slots", "snat-to", "static-srcip", "local-clients", "wild",
            ] {
                let reference = SetReference(family: family, name: set)
                // Shapes have other numbers in a new kernel, so of services only the addresses are compared.
                let left = other.kernel.ruleset.elements(of: reference).map { set == "services" ? $0.keys : $0 }
                let right = fresh.kernel.ruleset.elements(of: reference).map { set == "services" ? $0.keys : $0 }
                #expect(
                    left.map(Self.sorted) ?? [] == right.map(Self.sorted) ?? [], "\(reference)",
                    sourceLocation: sourceLocation)
            }
        }
    }

    private static func sorted(_ list: ElementList) -> [[UInt8]] {
        (0..<list.count).map { Array(list.key(at: $0)) + Array(list.data(at: $0)) }
            .sorted { $0.lexicographicallyPrecedes($1) }
    }
}

extension Sample {
    /// Many small farms.
    static func many(_ count: Int, from first: Int = 0) -> JSONValue {
        [
            "farms": .array(
                (first..<first + count).map {
                    farmObject("f\($0)", backends: 3, address: "203.0.\($0 / 250).\($0 % 250 + 1)")
                })
        ]
    }

    /// A change that may be valid or not.
    static func randomChange(_ random: inout SeededGenerator) -> JSONValue {
        let farm = "f\(Int.random(in: 0..<5, using: &random))"
        let backend = "b\(Int.random(in: 0..<5, using: &random))"
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return .object(weight(farm, backend, Int.random(in: 1...9, using: &random)))
        case 1:
            let state: JSONValue = .string(["up", "down", "off"].randomElement(using: &random)!)
            return ["farms": [["name": .string(farm), "backends": [["name": .string(backend), "state": state]]]]]
        case 2:
            let state: JSONValue = .string(["up", "down", "off"].randomElement(using: &random)!)
            return ["farms": [["name": .string(farm), "state": state]]]
        case 3:
            let word: JSONValue = .string(["rr", "weight", "hash"].randomElement(using: &random)!)
            return ["farms": [["name": .string(farm), "scheduler": word]]]
        case 4:
            let word: JSONValue = .string(["snat", "dnat"].randomElement(using: &random)!)
            return ["farms": [["name": .string(farm), "mode": word]]]
        case 5:
            return .object(Sample.backend(farm, backend, "10.2.0.\(Int.random(in: 1...250, using: &random))"))
        case 6:
            let address: JSONValue = .string("198.51.100.\(Int.random(in: 1...9, using: &random))")
            return ["addresses": [["name": "vip", "ip-addr": address, "ports": [81]]]]
        case 7: return ["farms": [["name": .string(farm), "addresses": [["name": "vip"]]]]]
        case 8:
            return [
                "farms": [
                    ["name": .string(farm), "addresses": [["name": "vip", "ip-addr": "198.51.100.1", "ports": [82]]]]
                ]
            ]
        default:
            return Sample.farm(farm, backends: 2, address: "198.51.100.\(Int.random(in: 1...9, using: &random))")
        }
    }
}
