// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import EngineSupport
import Foundation
import InMemoryDaemon
import JSON
import Nftables
import Testing

@testable import nftlb_http

/// Laws that hold after any sequence of requests.
@Suite("Sequences of requests", .timeLimit(.minutes(240)))
struct SequenceTests {
    /// Everything that is printed, in the order in which it can be posted.
    struct Printed {
        var policies: String
        var addresses: String
        var farms: String

        init(_ bench: Bench) throws {
            policies = try bench.ask("GET", "/policies").text
            addresses = try bench.ask("GET", "/addresses").text
            farms = try bench.ask("GET", "/farms").text
        }

        /// The first line that is another, with what it says here and there; nil: none.
        func difference(to other: Printed) -> String? {
            for (text, otherText) in [(policies, other.policies), (addresses, other.addresses), (farms, other.farms)] {
                let (lines, others) = (text.split(separator: "\n"), otherText.split(separator: "\n"))
                guard let first = zip(lines, others).enumerated().first(where: { $1.0 != $1.1 }) else {
                    if lines.count == others.count { continue }
                    return "\(lines.count) lines, \(others.count) lines"
                }
                return "line \(first.offset + 1): \(first.element.0) is \(first.element.1) of \(text)"
            }
            return nil
        }

        /// Posts it to an empty daemon.
        func post(to bench: Bench) throws {
            for text in [policies, addresses, farms] {
                let answer = try bench.ask("POST", "/farms", text)
                #expect(answer.status == 200, "\(answer.text) to \(text)")
            }
        }
    }

    /// A request that was made, and what was answered.
    struct Step: CustomStringConvertible {
        var made: RequestMaker.Made
        var status: Int
        var description: String { "\(status) \(made.verb) \(made.path) \(made.body ?? "")" }
    }

    /// How many sequences there are at least; in `make fuzz` so many are under way at once until the time is over: each has two
    /// daemons and their clients.
    static let lanes: UInt64 = FuzzTests.seconds > 60 ? 4 : 30

    @Test(
        "Whatever was asked, the objects that are printed make the same objects and the same rules in an empty daemon",
        arguments: 0..<lanes)
    func printedIsAll(lane: UInt64) async throws {
        let end = Date(timeIntervalSinceNow: FuzzTests.seconds > 60 ? FuzzTests.seconds : 0)
        var seed = lane
        repeat {
            do { try await check(seed: seed) } catch { Issue.record("seed \(seed): \(error)") }
            seed += Self.lanes
        } while Date() < end
    }

    private func check(seed: UInt64) async throws {
        let (first, second) = (try InMemoryDaemon(), try InMemoryDaemon())
        defer {
            first.stop()
            second.stop()
        }
        let asked = try await Bench(socket: first.path)
        let posted = try await Bench(socket: second.path)
        let (steps, printed, again) = try await onThread { () throws in
            var maker = RequestMaker(random: SeededGenerator(seed: seed))
            var steps: [Step] = []
            for _ in 0..<30 {
                let made = maker.next()
                let answer: RawAnswer
                do { answer = try asked.ask(made.verb, made.path, made.body) } catch {
                    Issue.record("\(error), to \(made) after \(steps)")
                    throw error
                }
                steps.append(Step(made: made, status: answer.status))
                #expect([200, 400, 404, 500, 501].contains(answer.status), "\(steps.last!)")
                // An answer is JSON, whatever was asked.
                #expect((try? JSONValue(parsing: answer.body)) != nil, "\(steps.last!): \(answer.text)")
            }
            let printed = try Printed(asked)
            try printed.post(to: posted)
            return (steps, printed, try Printed(posted))
        }
        let difference = printed.difference(to: again)
        #expect(difference == nil, "\(steps)")
        // Else the law is about nothing.
        #expect(steps.count { $0.status == 200 } > 5, "\(steps)")
        let declared = first.perform { $0.engine.configuration.json() }
        let rules = second.perform { $0.kernel.ruleset.withoutHistory }
        let fresh = EngineBench()
        // In the order of the posts: objects get their numbers as they come.
        let marked = try Self.withMarks(declared, printed.farms)
        for list in ["policies", "addresses", "farms"] {
            let result = fresh.apply(.object([list: marked[list] ?? []]))
            #expect(throws: Never.self) { try result.get() }
        }
        #expect(fresh.kernel.ruleset.withoutHistory == rules, "seed \(seed): \(steps)")
    }

    /// The configuration with the marks that were drawn for its backends: drawn anew they could be others.
    private static func withMarks(_ configuration: JSONValue, _ printed: String) throws -> JSONValue {
        guard var document = configuration.object, let farms = document["farms"]?.array else { return configuration }
        let shown = try JSONValue(parsing: Array(printed.utf8))["farms"]?.array ?? []
        document["farms"] = .array(
            zip(farms, shown).map { farm, shown in
                guard var object = farm.object, let backends = object["backends"]?.array else { return farm }
                object["backends"] = .array(
                    zip(backends, shown["backends"]?.array ?? []).map { backend, shown in
                        guard var object = backend.object, let mark = shown["mark"]?.string else { return backend }
                        object["mark"] = .integer(Int64(mark.dropFirst(2), radix: 16) ?? 0)
                        return .object(object)
                    })
                return .object(object)
            })
        return .object(document)
    }
}

extension Ruleset {
    /// The rules without what says how they came to be: whose they are, the revision, and which of several shapes a chain was
    /// made for, as its comment says.
    fileprivate var withoutHistory: Ruleset {
        var ruleset = self
        for family in ruleset.tables.keys {
            ruleset.tables[family]?.comment = nil
            ruleset.tables[family]?.sets["stamp"] = nil
            for chain in ruleset.tables[family]?.chains.keys ?? [:].keys {
                ruleset.tables[family]?.chains[chain]?.comment = nil
            }
        }
        return ruleset
    }
}
