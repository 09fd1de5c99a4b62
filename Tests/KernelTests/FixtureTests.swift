// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import Foundation
import KernelSupport
import Namespaces
import Nftables
import NftablesKernel
import Testing

/// The stories of the compiler's tests, each put into two kernels: as the text that is written down, elements too, by
/// libnftables; and as its configuration, elements as our own bytes. Both kernels must hold the same.
@Suite("Stories in the real kernel", .enabled(if: NetworkNamespace.isAvailable))
struct FixtureTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "BalancerCompilerTests/Fixtures")

    static let stories: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }()

    @Test func `there are stories`() { #expect(Self.stories.count >= 14) }

    @Test(arguments: stories)
    func `libnftables and our encoder say the same`(_ story: String) throws {
        let configuration = try text(story, "configuration.json")
        let ruleset = try text(story, "ruleset.nft")
        var sets: [ElementList] = []
        let ours = try NetworkNamespace.with {
            let balancer = try TestBalancer(owner: "test")
            try balancer.apply(configuration)
            for (wanted, present) in try balancer.elements() { #expect(present == wanted) }
            try checkForms(of: balancer)
            sets = balancer.lastTransaction.steps.map(\.list)
            return try Self.contents(balancer.kernel, sets)
        }
        let theirs = try NetworkNamespace.with {
            let kernel = try TestKernel.open()
            try kernel.installNow(text: ruleset)
            return try Self.contents(kernel, sets)
        }
        #expect(ours.inventory == theirs.inventory)
        #expect(ours.elements == theirs.elements)
        #expect(!ours.elements.isEmpty)
    }

    /// What the kernel tells of each set is what was declared.
    private func checkForms(of balancer: TestBalancer) throws {
        let kernel = try balancer.kernel.inventory()
        for (family, table) in balancer.skeleton.render().tables {
            for (name, set) in table.sets {
                #expect(kernel.tables[family]?.forms[name] == SetForm(set.declaration), "\(family.text) \(name)")
            }
        }
    }

    private func text(_ story: String, _ file: String) throws -> String {
        try String(contentsOf: Self.folder.appending(path: "\(story)/\(file)"), encoding: .utf8)
    }

    private static func contents(
        _ kernel: KernelConnection, _ sets: [ElementList]
    ) throws -> (inventory: KernelInventory, elements: [SetReference: Set<[UInt8]>]) {
        var elements: [SetReference: Set<[UInt8]>] = [:]
        for set in sets {
            let list = try kernel.dump(set.form)
            elements[set.set] = Set((0..<list.count).map { Array(list.key(at: $0)) + Array(list.data(at: $0)) })
        }
        return (try kernel.inventory(), elements)
    }
}
