// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

/// Other numbers for backends whose declaration stays: numbers are made free that a request gives to other backends, or
/// backends get again what their marks say, when such a request was refused in the end.
struct Renumbering {
    /// Numbers that become free. Empty: each backend gets the number that its mark says, where it has another one.
    var leaving: Set<UInt32> = []
    /// Numbers that are not to be drawn.
    var avoiding: Set<UInt32> = []
}

extension FarmIdentity {
    /// Gives backends other numbers.
    ///
    /// - Throws: `limit` when there is no number left.
    mutating func renumber(
        _ farm: Farm, _ renumbering: Renumbering, numbers: inout Numbers, taken: inout TakenNumbers
    ) throws(BalancerError) {
        for (index, number) in backendNumbers.enumerated() {
            if renumbering.leaving.isEmpty {
                guard let given = farm.givenNumber(index), given != number, numbers.take(backend: given) else {
                    continue
                }
                taken.backends.append(given)
                backendNumbers[index] = given
            } else if renumbering.leaving.contains(number) {
                guard let drawn = numbers.draw(farmMark: farm.mark.value, avoiding: renumbering.avoiding) else {
                    throw BalancerError(
                        .limit, at: .backend(farm.backends[index].name, of: farm.name), "no backend number is left")
                }
                taken.backends.append(drawn)
                backendNumbers[index] = drawn
            }
        }
    }
}

extension Numbers {
    /// A number nobody has and nobody is about to be given.
    fileprivate mutating func draw(farmMark: UInt32, avoiding avoided: Set<UInt32>) -> UInt32? {
        var wrong: [UInt32] = []
        defer { for number in wrong { release(backend: number) } }
        while let number = takeBackend(farmMark: farmMark) {
            guard avoided.contains(number) else { return number }
            wrong.append(number)
        }
        return nil
    }
}

extension Engine {
    /// The farms that have a backend with one of these numbers.
    func owners(of numbers: Set<UInt32>) -> [Name] {
        farms.filter { $0.value.identity.backendNumbers.contains(where: numbers.contains) }.map(\.key)
    }

    /// Gives backends the numbers that their marks say: a change was refused, or its daemon killed, after these had been made
    /// free for it.
    func restoreGivenNumbers() {
        let names = configuration.farms.filter { farm in
            let numbers = farms[farm.name]?.identity.backendNumbers ?? []
            return numbers.indices.contains { farm.givenNumber($0) ?? numbers[$0] != numbers[$0] }
        }.map(\.name)
        guard !names.isEmpty else { return }
        beginWhenIdle { engine in Group(engine: engine, recompiling: names, renumbering: Renumbering(), refused: {}) }
    }
}
