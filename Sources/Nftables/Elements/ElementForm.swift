// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// How the elements of one set lie in a list: enough to make an empty list, or to ask a kernel for them.
public struct ElementForm: Sendable, Hashable {
    /// The set they belong to.
    public let set: SetReference
    /// Bytes of a key, see ``ElementList/keyLength``.
    public let keyLength: Int
    /// Bytes of the data; 0 for a set, and for keys alone. Data of one field is not padded: a port has two.
    public let dataLength: Int
    /// Whether an element stands for all keys between two.
    public let isInterval: Bool
    /// Whether the kernel knows an interval as two elements, the first key and the one behind the last: a set of intervals
    /// whose key is one field (rbtree).
    public let hasEnds: Bool

    /// Describes elements.
    public init(
        set: SetReference, keyLength: Int, dataLength: Int, isInterval: Bool = false, hasEnds: Bool = false
    ) {
        precondition(isInterval || !hasEnds)
        self.hasEnds = hasEnds
        precondition(keyLength > 0 && keyLength % (isInterval ? 8 : 4) == 0)
        self.set = set
        self.keyLength = keyLength
        self.dataLength = dataLength
        self.isInterval = isInterval
    }

    /// Bytes from one element to the next.
    public var stride: Int { keyLength + dataLength }

    /// The keys alone.
    public var keys: ElementForm { with(dataLength: 0) }

    /// The same keys with data of another length.
    public func with(dataLength: Int) -> ElementForm {
        ElementForm(
            set: set, keyLength: keyLength, dataLength: dataLength, isInterval: isInterval, hasEnds: hasEnds)
    }
}
