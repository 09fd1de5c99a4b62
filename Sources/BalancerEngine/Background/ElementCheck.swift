// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// The elements of all farms, read by key, some farms whenever nothing else is to do: the slots after a start with the right
/// stamp, all of them after somebody else has been at our tables. What stands there beside them is left to the next start.
///
/// By key, because a dump of a large map is quadratic (610,000 elements: 5 to 14 s, by key 1.4 to 1.9 s; limits.md A4). Each
/// piece is compared with what the farms are at that moment, so changes may come in between.
final class ElementCheck: Work {
    private let engine: Engine
    private let names: [Name]
    private let isWhole: Bool
    private var next = 0
    private var corrected = 0

    private static let piece = 32

    /// - Parameter isWhole: also the maps that decide, which a start reads before it is ready.
    init(engine: Engine, names: [Name], isWhole: Bool) {
        self.engine = engine
        self.names = names
        self.isWhole = isWhole
    }

    func advance() -> WorkProgress {
        guard next < names.count else { return finish() }
        let end = min(next + Self.piece, names.count)
        var wanted = ElementBins()
        for name in names[next..<end] { engine.farms[name]?.compiled?.append(to: &wanted) }
        next = end
        let lists = wanted.lists
        do throws(KernelFailure) {
            for map in engine.skeleton.dataMaps where isWhole || !map.isDecisive {
                guard let list = lists.first(where: { $0.set == map.set }) else { continue }
                let found = try engine.kernel.lookup(list.keys, dataLength: list.dataLength)
                if found.count == list.count, found == list { continue }
                let correction = Correction(
                    [ElementComparison(installed: found, wanted: list)], limit: engine.transactionLimit)
                for transaction in correction.transactions {
                    // No look around from here: it would begin anew for as long as somebody else goes on.
                    try engine.commitRepairing(transaction, looksAround: false)
                }
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
    /// Looks at the slots of these farms in the background, or at all that they have.
    func beginElementCheck(_ names: [Name], isWhole: Bool) {
        if !names.isEmpty { beginBackground(ElementCheck(engine: self, names: names, isWhole: isWhole)) }
    }
}
