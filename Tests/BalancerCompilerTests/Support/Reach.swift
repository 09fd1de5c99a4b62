// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

@testable import BalancerCompiler

/// Which elements packets can meet: all services; the slots that the shapes of those services draw, empty or not; the
/// backends in these slots. What is not reached may come and go unseen.
struct Reach {
    private struct Farm: Hashable {
        var family: TableFamily
        var number: UInt32
    }

    private struct Backend: Hashable {
        var family: TableFamily
        var mark: UInt32
    }

    private var slots: [Farm: Int] = [:]
    private var backends: Set<Backend> = []

    /// - Throws: where something dangles: a slot that names a backend without way, or two backends of one mark.
    init(_ farms: some Sequence<CompiledFarm>) throws {
        for farm in farms {
            for family in [TableFamily.ip, .ip6] {
                guard let fragment = farm[family] else { continue }
                var targets: Set<UInt32> = []
                for target in fragment.backends where !targets.insert(target.mark).inserted {
                    throw Dangling(text: "two backends of farm \(farm.number) have one mark")
                }
                guard fragment.slots.allSatisfy({ $0 == 0 || targets.contains($0) }) else {
                    throw Dangling(text: "a slot of farm \(farm.number) leads nowhere")
                }
                guard !fragment.entries.isEmpty else { continue }
                slots[Farm(family: family, number: UInt32(farm.number))] = fragment.slots.count
                for mark in fragment.slots where mark != 0 { backends.insert(Backend(family: family, mark: mark)) }
            }
        }
    }

    /// Whether packets can meet one of these elements.
    func meets(_ list: ElementList) -> Bool {
        if list.set.name.hasPrefix("services") { return !list.isEmpty }
        // A look that finds nothing does no harm.
        if list.set.name == "wild" { return false }
        if ["local-clients", "log-new", "log-rst", "log-est", "log-strict", "log-in"].contains(list.set.name)
            || list.set.name.hasPrefix("static-")
        {
            return (0..<list.count).contains { index in
                slots[Farm(family: list.set.family, number: ElementBytes.number(list.key(at: index)))] != nil
            }
        }
        if list.set.name == "proxy-marks" { return true }
        return (0..<list.count).contains { index in
            let key = list.key(at: index)
            let first = ElementBytes.number(key)
            guard list.set.name == "slots" else {
                return backends.contains(Backend(family: list.set.family, mark: first))
            }
            let slot = Int(ElementBytes.number(key.dropFirst(4)))
            return slot < slots[Farm(family: list.set.family, number: first)] ?? 0
        }
    }
}

struct Dangling: Error, CustomStringConvertible {
    var text: String
    var description: String { text }
}
