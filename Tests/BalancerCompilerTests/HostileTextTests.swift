// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Foundation
import Nftables
import Testing

@testable import BalancerCompiler

/// What a user calls things never becomes text of the ruleset language; of a log prefix nothing but itself does.
@Suite("Hostile names and prefixes")
struct HostileTextTests {
    /// Pieces that would mean something, were they let through.
    private static let pieces = [
        "\"", "'", "\\", "$", "\n", "\r", "\0", ";", " ; flush ruleset ; ", "} ", "{", "#", "@services", "drop",
        "accept",
        "add table ip x", "counter log prefix ", "\\\"", "${PATH}", "`id`", "$(id)", "../", "\u{202E}", "ü", "🦊", " ",
        "include \"/etc/passwd\"", "comment ", "jump policies", "ip saddr 0.0.0.0/0", "FNAME", "KNAME", "TYPE", "a",
    ]

    /// What elements are written with.
    private static let words = Set("abcdefghijklmnopqrstuvwxyz0123456789 .:,{}/-\n".utf8)

    private static func text(_ random: inout SeededGenerator) -> String {
        (0...random.below(6)).map { _ in random.pick(pieces) }.joined()
    }

    // Made once: a literal is understood each time that it is reached.
    private let digest = /log-[0-9a-f]{12}/
    private let number = /(element ip6? nftlb (logs|shapes)) \{ 0x[0-9a-f]{8} :/

    /// Lines of a skeleton without what must differ: digests and numbers of chains of the log, and their prefixes, each of
    /// which must be one that is allowed.
    private func lines(of skeleton: Skeleton, prefixes: Set<String>) -> Set<String> {
        var result: Set<String> = []
        let script = SkeletonPlan(wanted: skeleton, installed: KernelInventory()).install
        for operation in script.operations {
            var line = operation.text
            #expect(!line.contains("\n") && !line.contains("\0"))
            if let start = line.range(of: "log prefix \"") {
                guard let end = line[start.upperBound...].firstIndex(of: "\"") else {
                    Issue.record("no end: \(line)")
                    continue
                }
                let prefix = String(line[start.upperBound..<end])
                #expect(prefixes.contains(prefix), "\(line)")
                #expect((try? LogPrefix(prefix))?.text == prefix, "\(line)")
                line.replaceSubrange(start.upperBound..<end, with: "")
            }
            line.replace(digest, with: "log-*")
            line.replace(number) { "\($0.1) {:" }
            result.insert(line)
        }
        return result
    }

    /// A hundred farms that are alike but for what they are called.
    private static func skeleton(
        _ name: (Int) -> Name, _ prefix: (Int) -> LogPrefix
    ) -> (Skeleton, Transaction, prefixes: Set<String>) {
        var skeleton = Skeleton(owner: "0123456789abcdef")
        var difference = FarmDifference()
        var prefixes: Set<String> = []
        var list = Policy(name: name(0))
        list.logPrefix = prefix(0)
        list.elements.set(PolicyElement(data: .address(.v4(0x0A00_0001))))
        let policy = NumberedPolicy(list, number: 1)
        skeleton.require([.policy(1, .ip)])
        difference.add(policy: 1, from: nil, to: list, .nobodyBefore)
        for index in 0..<100 {
            var farm = Farm(name: name(index))
            var address = FarmAddress(name: name(index + 1))
            address.address = .v4(0xC000_0200 + UInt32(index))
            farm.addresses = [address]
            var backend = Backend(name: name(index + 2))
            backend.address = .v4(0x0A00_0000 + UInt32(index))
            farm.backends = [backend]
            farm.policies = [list.name]
            farm.options.log = [.input]
            farm.options.logPrefix = prefix(index)
            let numbered = NumberedFarm(
                farm: farm, number: UInt16(index + 1), backendNumbers: [UInt32(index + 1)], policies: [policy])
            let needs = needs(of: numbered)
            for line in needs.ip?.lines ?? [] { prefixes.insert(line.prefix.text) }
            skeleton.require(needs)
            let ofPolicies = policyNeeds(of: numbered)
            for case .line(let line, _) in ofPolicies { prefixes.insert(line.prefix.text) }
            skeleton.require(ofPolicies)
            difference.add(from: nil, to: compile(numbered, shapes: skeleton.shapes, lists: skeleton.lists))
        }
        return (skeleton, difference.whole, prefixes)
    }

    @Test("100,000 of them: the ruleset is that of harmless ones, but for the prefixes (defect 8.1.6)")
    func ruleset() throws {
        var random = SeededGenerator(seed: 60)
        let harmless = try (0..<103).map { try Name("n\($0)") }
        let plain = Self.skeleton({ harmless[$0] }, { _ in .farm })
        let expected = lines(of: plain.0, prefixes: plain.prefixes)
        #expect(expected.count > 30)
        var tried = 0
        var prefixes = 0
        while tried < 100_000 {
            var names: [Name] = []
            while names.count < 103 {
                // As the edge takes it; what it refuses never comes here.
                guard let name = try? Name(Self.text(&random)) else { continue }
                names.append(name)
            }
            let given = (0..<100).map { _ in (try? LogPrefix(Self.text(&random))) ?? .farm }
            let (skeleton, transaction, known) = Self.skeleton({ names[$0] }, { given[$0] })
            #expect(lines(of: skeleton, prefixes: known) == expected)
            let text = transaction.text()
            #expect(text.utf8.allSatisfy { Self.words.contains($0) })
            tried += names.count + given.count
            prefixes += known.count
        }
        #expect(prefixes > 10_000)
    }
}
