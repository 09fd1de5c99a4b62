// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import EngineSupport
import JSON
import Testing

@testable import BalancerEngine

@Suite("Marks that were drawn and are then given")
struct GivenMarkTests {
    @Test("A backend takes the mark that it has: what status and printed farms show can be declared")
    func own() throws {
        let bench = EngineBench()
        func apply(_ mark: Int?, of name: String) -> BalancerError? {
            var backend: JSONObject = ["name": .string(name), "ip-addr": .string("10.0.0.\(name == "a" ? 1 : 2)")]
            if let mark { backend["mark"] = .integer(mark) }
            let farm: JSONObject = ["name": "f", "backends": [.object(backend)]]
            guard case .failure(let error) = bench.apply(["farms": [.object(farm)]]) else { return nil }
            return error
        }
        func numbers() throws -> [UInt32] {
            let farm = try #require(bench.engine.configuration.farms[try Name("f")])
            return bench.engine.status.inKernel(farm).backendNumbers
        }
        #expect(apply(nil, of: "a") == nil && apply(nil, of: "b") == nil)
        let drawn = try numbers()
        bench.kernel.forgetHistory()
        #expect(apply(Int(drawn[0]), of: "a") == nil)
        #expect(try numbers() == drawn)
        #expect(bench.kernel.transactions.isEmpty)
        // Somebody else's is refused as before.
        #expect(apply(Int(drawn[0]), of: "b")?.path?.description == "/farms/f/backends/b/mark")
        #expect(try numbers() == drawn)
    }
}
