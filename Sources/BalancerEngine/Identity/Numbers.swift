// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Hands out the numbers by which the kernel knows farms and backends.
///
/// Both go round robin, so that a number comes back as late as possible: learnt sessions and connections may still name
/// the old owner. Where the hand stands is stored with every group that took a number.
struct Numbers: Equatable {
    /// Farm numbers are the low half of the kernel's register (16 bits, 0 means none).
    static let farmLimit = 65_535
    /// Backend numbers are bits 0 to 28 of the connection mark (0 means none).
    static let backendLimit: UInt32 = 0x1fff_ffff

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

    /// A backend number nobody has.
    mutating func takeBackend() -> UInt32? {
        guard backendsInUse.count < Int(Self.backendLimit) else { return nil }
        while true {
            let candidate = nextBackend
            nextBackend = candidate == Self.backendLimit ? 1 : candidate + 1
            if backendsInUse.insert(candidate).inserted { return candidate }
        }
    }

    /// Marks stored numbers as taken.
    mutating func claim(farm: UInt16) { farmsInUse.insert(farm) }
    /// Marks stored numbers as taken.
    mutating func claim(backend: UInt32) { backendsInUse.insert(backend) }
    /// Gives a farm's number back; the hand has to come round before it is used again.
    mutating func release(farm: UInt16) { farmsInUse.remove(farm) }
    /// Gives a backend's number back.
    mutating func release(backend: UInt32) { backendsInUse.remove(backend) }

    /// Where the hands stand, for the store.
    var encoded: [UInt8] { Array("\(nextFarm) \(nextBackend)".utf8) }

    init?(encoded: [UInt8]) {
        let parts = encoded.split(separator: UInt8(ascii: " "))
        guard parts.count == 2, let farm = UInt16(String(decoding: parts[0], as: UTF8.self)),
            let backend = UInt32(String(decoding: parts[1], as: UTF8.self)), farm > 0, backend > 0
        else { return nil }
        self.init(nextFarm: farm, nextBackend: backend)
    }
}
