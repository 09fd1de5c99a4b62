// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What a kernel can be asked for about elements: key and data alone (``ElementList``), with what they have counted
/// (``CountedElements``), or with their time (``TimedElements``).
///
/// All of them are flat: a list of elements and, beside it, a list of what is known of each.
public protocol ElementRecords: Sendable, Hashable {
    /// What is read of each element besides key and data.
    static var detail: ElementDetail { get }

    /// None.
    init(_ form: ElementForm)

    /// Elements as they were read.
    ///
    /// - Parameter numbers: two for each element, as ``ElementDetail`` says; none where it asks for none.
    init(_ elements: ElementList, numbers: [UInt64])

    /// Keys and data.
    var elements: ElementList { get }

    /// Appends more of the same set.
    mutating func append(contentsOf other: Self)
}

/// What is read of each element besides key and data.
public enum ElementDetail: Sendable, Hashable, CaseIterable {
    /// Nothing.
    case none
    /// Packets and bytes that it has counted; 0 and 0 without a counter.
    case count
    /// Its time-out and what is left of it, milliseconds; `UInt64.max` where the kernel says nothing.
    case lifetime
}

extension ElementList: ElementRecords {
    /// Nothing besides.
    public static var detail: ElementDetail { .none }

    /// None.
    public init(_ form: ElementForm) { self.init(form, bytes: []) }

    /// The list itself.
    public init(_ elements: ElementList, numbers: [UInt64]) { self = elements }

    /// The list itself.
    public var elements: ElementList { self }
}
