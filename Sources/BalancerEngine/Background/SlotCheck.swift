// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// After a start with the right stamp: the slots of all farms, read by key, some farms whenever nothing else is to do.
///
/// By key, because a dump of a large map is quadratic (610,000 elements: 5 to 14 s, by key 1.4 to 1.9 s; limits.md A4). Each
/// piece is compared with what the farms are at that moment, so changes may come in between.
final class SlotCheck: Work {
    private let engine: Engine
    private let names: [Name]
    private var next = 0
    private var corrected = 0

    private static let piece = 32

    init(engine: Engine, names: [Name]) {
        self.engine = engine
        self.names = names
    }

    func advance() -> WorkProgress {
        guard next < names.count else { return finish() }
        let end = min(next + Self.piece, names.count)
        var wanted = ElementBins()
        for name in names[next..<end] { engine.farms[name]?.compiled?.append(to: &wanted) }
        next = end
        do throws(KernelFailure) {
            for map in engine.skeleton.dataMaps where !map.isDecisive {
                guard let list = wanted.lists.first(where: { $0.set == map.set }) else { continue }
                let found = try engine.kernel.lookup(list.keys, dataLength: list.dataLength)
                if found.count == list.count, found == list { continue }
                let correction = Correction(
                    [ElementComparison(installed: found, wanted: list)], limit: engine.transactionLimit)
                for transaction in correction.transactions { try engine.commitRepairing(transaction) }
                corrected += correction.elementCount
            }
        } catch {
            engine.leftBehind(error)
            return finish()
        }
        return .more
    }

    private func finish() -> WorkProgress {
        if corrected > 0 { engine.observer?.notice(.repaired(elements: corrected, objects: 0)) }
        return .finished
    }
}

extension Engine {
    /// Looks at the slots of these farms in the background.
    func beginSlotCheck(_ names: [Name]) {
        if !names.isEmpty { beginBackground(SlotCheck(engine: self, names: names)) }
    }
}
