// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler

/// Hands out the numbers by which the kernel knows farms and backends.
///
/// Both go round robin, so that a number comes back as late as possible: learnt sessions and connections may still name
/// the old owner. Where the hand stands is stored with every group that took a number.
struct Numbers: Equatable {
    /// Farm numbers are the low half of the kernel's register (16 bits, 0 means none).
    static let farmLimit = 65_535
    /// Backend numbers are the low bits of the connection mark (0 means none).
    static let backendLimit = BackendMark.number

    private(set) var nextFarm: UInt16
    private(set) var nextBackend: UInt32
    private var farmsInUse: Set<UInt16> = []
    private var backendsInUse: Set<UInt32> = []

    init(nextFarm: UInt16 = 1, nextBackend: UInt32 = 1) {
        self.nextFarm = nextFarm
        self.nextBackend = nextBackend
    }

    /// A farm number nobody has; nil when all are taken.
    mutating func takeFarm() -> UInt16? {
        guard farmsInUse.count < Self.farmLimit else { return nil }
        while true {
            let candidate = nextFarm
            nextFarm = candidate == UInt16.max ? 1 : candidate + 1
            if farmsInUse.insert(candidate).inserted { return candidate }
        }
    }

    /// A backend number nobody has, or-ed with the mark of its farm: drawn from the bits that the mark leaves, so that it can
    /// be told from the mark again. Nil when there is none.
    mutating func takeBackend(farmMark: UInt32 = 0) -> UInt32? {
        var rounds = 0
        while rounds < 2 {
            let candidate = nextBackend
            let inTheWay = candidate & farmMark
            // Behind all numbers that share the highest bit in the way comes the next without it.
            let highest = inTheWay == 0 ? 1 : UInt32(1) << UInt32(31 - inTheWay.leadingZeroBitCount)
            let next = (candidate | (highest - 1)) + 1
            if next > Self.backendLimit { rounds += 1 }
            nextBackend = next > Self.backendLimit ? 1 : next
            if inTheWay == 0, backendsInUse.insert(candidate | farmMark).inserted { return candidate | farmMark }
        }
        return nil
    }

    /// Takes a number that a user gave; false when somebody has it.
    mutating func take(backend number: UInt32) -> Bool { backendsInUse.insert(number).inserted }

    /// Marks stored numbers as taken.
    mutating func claim(farm: UInt16) { farmsInUse.insert(farm) }
    /// Marks stored numbers as taken.
    mutating func claim(backend: UInt32) { backendsInUse.insert(backend) }
    /// Gives a farm's number back; the hand has to come round before it is used again.
    mutating func release(farm: UInt16) { farmsInUse.remove(farm) }
    /// Gives a backend's number back.
    mutating func release(backend: UInt32) { backendsInUse.remove(backend) }

    /// How many backends have a number.
    var backendCount: Int { backendsInUse.count }
    /// Whether a farm has the number.
    func isInUse(farm: UInt16) -> Bool { farmsInUse.contains(farm) }
    /// Whether a backend has the number, or is about to.
    func isInUse(backend: UInt32) -> Bool { backendsInUse.contains(backend) }

    /// Where the hands stand, for the store.
    var encoded: [UInt8] { Array("\(nextFarm) \(nextBackend)".utf8) }

    init?(encoded: [UInt8]) {
        let parts = encoded.split(separator: UInt8(ascii: " "))
        guard parts.count == 2, let farm = UInt16(String(decoding: parts[0], as: UTF8.self)),
            let backend = UInt32(String(decoding: parts[1], as: UTF8.self)), farm > 0,
            (1...Self.backendLimit).contains(backend)
        else { return nil }
        self.init(nextFarm: farm, nextBackend: backend)
    }
}
