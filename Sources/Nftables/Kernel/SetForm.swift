// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What can be said of a set's declaration without the text that it was made of: how its elements lie in the kernel, what may
/// be done with them, and how many it takes.
public struct SetForm: Sendable, Hashable {
    /// Bytes of a key, in whole registers of four.
    public var keyLength: Int
    /// Bytes of a value, in whole registers; 0 for sets and for verdicts.
    public var dataLength: Int
    /// Whether its values are verdicts.
    public var hasVerdicts: Bool
    /// Whether an element stands for all keys between two.
    public var isInterval: Bool
    /// Whether rules make its elements.
    public var isDynamic: Bool
    /// How long an element lives that says nothing of it, in milliseconds; nil: for ever.
    public var lifetime: UInt64?
    /// How many elements it takes; 0: as many as come.
    public var size: Int

    /// A form as a kernel tells it. Lengths are rounded up to registers.
    public init(
        keyLength: Int, dataLength: Int, hasVerdicts: Bool, isInterval: Bool, isDynamic: Bool, lifetime: UInt64?,
        size: Int
    ) {
        self.keyLength = Self.registers(keyLength)
        self.dataLength = hasVerdicts ? 0 : Self.registers(dataLength)
        self.hasVerdicts = hasVerdicts
        self.isInterval = isInterval
        self.isDynamic = isDynamic
        self.lifetime = lifetime
        self.size = size
    }

    /// The form of a declaration.
    public init(_ set: SetDeclaration) {
        self.init(
            keyLength: set.keyLength / (set.isInterval ? 2 : 1), dataLength: set.dataLength,
            hasVerdicts: set.data == .verdict, isInterval: set.isInterval, isDynamic: set.isDynamic,
            lifetime: set.lifetime.map { UInt64($0) * 1000 }, size: set.size ?? 0)
    }

    private static func registers(_ bytes: Int) -> Int { (bytes + 3) / 4 * 4 }
}
