// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

extension FarmIdentity {
    /// The identity of a farm after a change: known backends keep number and place, new ones get them. A number is what the
    /// user's marks say, where they do: backend's or farm's mark changed, it is another one.
    ///
    /// - Parameters:
    ///   - before: the farm's identity before, nil for a new farm.
    ///   - position: where a new farm goes.
    /// - Throws: `limit` when there is no number left.
    static func assign(
        to difference: ObjectDifference<Farm>, before: FarmIdentity?, position: Int64, numbers: inout Numbers,
        taken: inout TakenNumbers
    ) throws(BalancerError) -> FarmIdentity {
        let farm = difference.after!
        var identity: FarmIdentity
        if let before {
            identity = before
        } else {
            guard let number = numbers.takeFarm() else {
                throw BalancerError(.limit, at: .farm(farm.name), "there are \(Numbers.farmLimit) farms already")
            }
            taken.farms.append(number)
            identity = FarmIdentity(number: number, position: position, backendNumbers: [], backendPositions: [])
        }
        let origins = difference.originsOfBackends
        if !difference.changesMarks, origins.count == identity.backendNumbers.count,
            origins.enumerated().allSatisfy({ $0 == $1 })
        {
            return identity
        }
        let old = identity
        identity.backendNumbers = []
        identity.backendPositions = []
        var last: Int64 = -1
        for (index, origin) in origins.enumerated() {
            last = origin.map { max(last + 1, old.backendPositions[$0]) } ?? last + 1
            identity.backendPositions.append(last)
            if let number = difference.keptNumber(index, origin, old) ?? farm.givenNumber(index) {
                identity.backendNumbers.append(number)
                continue
            }
            guard let number = numbers.takeBackend(farmMark: farm.mark.value) else {
                throw BalancerError(
                    .limit, at: .backend(farm.backends[index].name, of: farm.name), "no backend number is left")
            }
            taken.backends.append(number)
            identity.backendNumbers.append(number)
        }
        return identity
    }

    /// Takes the numbers that the user's marks say, before any is drawn: a drawn one must not be in the way of a given one of
    /// the same change.
    ///
    /// - Parameter unsettled: numbers that nobody has any more, while something may still be counted under them.
    /// - Returns: those that cannot be taken yet, with their backends.
    static func takeGivenNumbers(
        of difference: ObjectDifference<Farm>, before: FarmIdentity?, unsettled: @autoclosure () -> Set<UInt32>,
        numbers: inout Numbers, taken: inout TakenNumbers
    ) -> [OccupiedNumber] {
        guard let farm = difference.after, farm.backends.contains(where: { $0.mark != .none }) else { return [] }
        var occupied: [OccupiedNumber] = []
        for (index, origin) in difference.originsOfBackends.enumerated() {
            guard let number = farm.givenNumber(index) else { continue }
            if let before, difference.keptNumber(index, origin, before) != nil { continue }
            if !unsettled().contains(number), numbers.take(backend: number) {
                taken.backends.append(number)
            } else {
                let path = ObjectPath.backend(farm.backends[index].name, of: farm.name).appending("mark")
                occupied.append(OccupiedNumber(number: number, path: path))
            }
        }
        return occupied
    }
}

/// A number that a request gives to a backend while another one has it, or what another one had counted.
struct OccupiedNumber {
    var number: UInt32
    /// The mark that says it.
    var path: ObjectPath

    /// Why it was not taken, where it could not be made free.
    var error: BalancerError {
        BalancerError(
            .invalid, at: path, "another backend has the mark 0x\(String(number, radix: 16)) until this change",
            hint: "choose another mark; status shows those of all backends")
    }
}

extension Farm {
    /// The number that the marks given by the user say; nil: the balancer draws one.
    func givenNumber(_ index: Int) -> UInt32? {
        backends[index].mark == .none ? nil : backends[index].mark.value | mark.value
    }
}

extension ObjectDifference<Farm> {
    /// Whether a mark of the farm or of one of its backends is another one, so that numbers may be.
    fileprivate var changesMarks: Bool {
        guard let before, let after else { return false }
        guard before.mark == after.mark else { return true }
        return before.backends.map(\.mark) != after.backends.map(\.mark)
    }

    /// The number that a backend keeps: of the same marks, or when it is given the one that was drawn for it, as status shows
    /// it and printed farms that are loaded again say.
    fileprivate func keptNumber(_ index: Int, _ origin: Int?, _ identity: FarmIdentity) -> UInt32? {
        guard let before, let after, let origin else { return nil }
        if after.givenNumber(index) == identity.backendNumbers[origin] { return identity.backendNumbers[origin] }
        guard before.mark == after.mark, before.backends[origin].mark == after.backends[index].mark else { return nil }
        return identity.backendNumbers[origin]
    }
}
