// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A transport port, 1 to 65535.
public struct Port: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The port's number, never 0.
    public let number: UInt16

    /// A port of this number.
    public init(_ number: some BinaryInteger) throws(InvalidValue) {
        guard let exact = UInt16(exactly: number), exact > 0 else {
            throw InvalidValue("\(number) is not a port; ports are 1 to 65535")
        }
        self.number = exact
    }

    /// A port known not to be 0.
    init(unchecked number: UInt16) { self.number = number }

    /// The value as text.
    public var description: String { String(number) }

    /// The canonical order.
    public static func < (left: Port, right: Port) -> Bool { left.number < right.number }
}
